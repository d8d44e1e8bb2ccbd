"""Periodic work, claimed so that two clocks do it once."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import ticks

_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def claim(connection: Connection, name: str, seconds: float, now: datetime) -> bool:
    """True for the one who may do `name` now: it was last done at least `seconds` ago."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(
        dialect.insert(ticks).values(name=name, last=_LONG_AGO).on_conflict_do_nothing()
    )
    due = now - timedelta(seconds=seconds)
    result = connection.execute(
        update(ticks).where(ticks.c.name == name, ticks.c.last <= due).values(last=now)
    )
    return bool(result.rowcount)
