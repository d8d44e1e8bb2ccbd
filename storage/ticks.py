"""Periodic work, claimed so that two clocks do it once."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import ticks

# PostgreSQL's driver does not count what an INSERT did.
_FIRST = {
    name: dialect.insert(ticks).on_conflict_do_nothing().returning(ticks.c.name)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_AGAIN = (
    update(ticks)
    .where(
        ticks.c.name == bindparam("tick"),
        # A time that is still to come is a clock's that has been set back since.
        or_(ticks.c.last <= bindparam("due"), ticks.c.last > bindparam("now")),
    )
    .values(last=bindparam("now"))
)
_LAST = select(ticks.c.last).where(ticks.c.name == bindparam("tick"))


def claim(connection: Connection, name: str, seconds: float, now: datetime) -> bool:
    """Return True for the one who may do `name` now.

    It was last done at least `seconds` ago, or at a time that the clock has not reached.
    """
    again = {"tick": name, "due": now - timedelta(seconds=seconds), "now": now}
    if connection.execute(_AGAIN, again).rowcount:
        return True
    first = connection.execute(_FIRST[connection.dialect.name], {"name": name, "last": now})
    return first.first() is not None


def last(connection: Connection, name: str) -> datetime | None:
    """Return when `name` was last claimed, None if it never was."""
    found: datetime | None = connection.execute(_LAST, {"tick": name}).scalar_one_or_none()
    return found
