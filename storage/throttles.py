"""Services that asked us to wait, shared by all workers."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import throttles

# How long a limit without a word on its end is believed to last, at first and at most.
LEAST_SECONDS = 15.0
MOST_SECONDS = 600.0
# A limit told of so soon after the last one's end has never ended.
SAME_LIMIT = timedelta(minutes=1)

_THROTTLED = select(func.max(throttles.c.until)).where(
    throttles.c.name.in_(bindparam("names", expanding=True)), throttles.c.until > bindparam("now")
)


def throttle(connection: Connection, name: str, told: float | None, now: datetime) -> datetime:
    """Ask nothing of `name` for a while; returns until when.

    `told` is the seconds that the service itself has named, None without a word. What was on its
    way when the service told of a limit, and is refused for it too, shortens nothing.
    """
    row = throttles.c
    stands = (row.name == name, row.until >= now - SAME_LIMIT)
    known = connection.execute(select(row.since, row.until).where(*stands)).one_or_none()
    since = (known and known.since) or now
    until = now + timedelta(seconds=limited_seconds(told, (now - since).total_seconds()))
    if known is not None:
        until = max(until, known.until)
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = {"since": since, "until": until}
    statement = dialect.insert(throttles).values(name=name, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
    return until


def limited_seconds(told: float | None, refused: float) -> float:
    """Return the seconds to wait for a limit that has stood for `refused` seconds.

    It is `told` where that is no less than a limit is believed to last. One that tells less, or
    nothing, is believed the first time: then it is left alone for as long again as it has refused.
    """
    if told is not None and told >= LEAST_SECONDS:
        return told
    least = LEAST_SECONDS if told is None else told
    return min(max(refused, least, 1.0), MOST_SECONDS)


def throttled_until(
    connection: Connection, names: Collection[str], now: datetime
) -> datetime | None:
    """Until when one of `names` is not to be asked, None when all may be."""
    asked = {"names": list(names), "now": now}
    until: datetime | None = connection.execute(_THROTTLED, asked).scalar_one_or_none()
    return until
