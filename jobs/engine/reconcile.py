"""Find what nudges have missed or what has fallen due, and nudge again."""

from bot.store import Store
from jobs.engine.queue import Nudges
from storage import due


def reconcile(store: Store) -> int:
    """Nudge every epic that has something to do, and the router; returns how many nudges.

    One indexed query finds lost nudges, effects put off until now, claims that ran out with their
    worker, and looks that have fallen due. A nudge that is already on its way is not repeated.
    """
    with store.database.read() as connection:
        now = store.database.now(connection)
        epics = due.priorities(connection, due.due_epics(connection, now))
        uningested = due.has_uningested(connection, now)
    nudges = Nudges(store.redis)
    nudges.nudge_epics(epics)
    if uningested:
        nudges.nudge_ingest()
    return len(epics) + uningested
