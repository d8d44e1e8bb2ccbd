"""Services that asked us to wait, shared by all workers."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import throttles

_THROTTLED = select(func.max(throttles.c.until)).where(
    throttles.c.name.in_(bindparam("names", expanding=True)), throttles.c.until > bindparam("now")
)


def throttle(connection: Connection, name: str, until: datetime) -> None:
    """Ask nothing of `name` before `until`."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(throttles).values(name=name, until=until)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"until": until})
    )


def throttled_until(
    connection: Connection, names: Collection[str], now: datetime
) -> datetime | None:
    """Until when one of `names` is not to be asked, None when all may be."""
    asked = {"names": list(names), "now": now}
    until: datetime | None = connection.execute(_THROTTLED, asked).scalar_one_or_none()
    return until
