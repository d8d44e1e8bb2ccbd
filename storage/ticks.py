"""Periodic work, claimed so that two clocks do it once."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import ticks


def claim(connection: Connection, name: str, seconds: float, now: datetime) -> bool:
    """True for the one who may do `name` now: it was last done at least `seconds` ago."""
    due = now - timedelta(seconds=seconds)
    again = update(ticks).where(ticks.c.name == name, ticks.c.last <= due).values(last=now)
    if connection.execute(again).rowcount:
        return True
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    first = dialect.insert(ticks).values(name=name, last=now).on_conflict_do_nothing()
    # PostgreSQL's driver does not count what an INSERT did.
    return connection.execute(first.returning(ticks.c.name)).first() is not None
