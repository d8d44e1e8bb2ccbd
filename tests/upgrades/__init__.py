"""Upgrades: databases of the release before, stopped anywhere, go on with the new code.

A recording of a release holds, for each of `stories`, every request that the product sent to the
fakes of GitHub and Cursor, what people did, the passing of time, and in between what the database
held at each boundary of the worker. The test plays a recording against fresh fakes up to such a
stop, makes the database of that moment by the old migrations, upgrades it, starts the new product
and lets the story end. Fakes name things by time and by seeded numbers, so they come to the same
ids and SHAs.

**At a release**: commit it, then `python -m tests.upgrades.record RELEASE`, with the commit's short
id for RELEASE, and commit `data/RELEASE/`. Delete the data of the release before: each upgrade
leads through every release, so its migrations are run all the same. Stories may be changed before
a recording, never after it.

`make test` upgrades a sample of the stops, always the same, and `FULL=1` every stop that shows
something of its own. `UPGRADES=all` upgrades every stop there is on both kinds of database, which
takes hours: do it when a migration is finished.
"""
