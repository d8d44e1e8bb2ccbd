"""Set rows aside that cannot be converted: one of them stops no upgrade.

They stay as they are and are parked, as rows are that the engine fails on. The log names them.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, DateTime, bindparam, column, table, update

ERROR = "migration"

log = structlog.get_logger(__name__)


def converted(
    name: str,
    rows: Iterable[Any],
    convert: Callable[[Any], dict[str, Any]],
    key: Callable[[Any], Any] = lambda row: row.id,
) -> tuple[list[dict[str, Any]], list[Any]]:
    """Convert the rows of table `name`; returns them, and the keys of those left as they are."""
    done: list[dict[str, Any]] = []
    odd = []
    for row in rows:
        try:
            done.append(convert(row))
        except Exception as error:
            # The type alone: the message may quote what is stored.
            kind = type(error).__name__
            log.error("a row could not be converted", table=name, row=key(row), error=kind)
            odd.append(key(row))
    return done, odd


def park(connection: Connection, name: str, ids: Collection[int]) -> None:
    """Have nobody touch the rows, and the operator told of them."""
    _park(connection, name, ids)


def hold(connection: Connection, epics: Collection[int]) -> None:
    """Park epics until they are loaded again."""
    _park(connection, "epics", epics, held_until=datetime.now(UTC), faults=1)


def _park(connection: Connection, name: str, ids: Collection[int], **more: Any) -> None:
    rows = table(
        name,
        *map(column, ("id", "error", "faults")),
        column("parked_at", DateTime(timezone=True)),
        column("held_until", DateTime(timezone=True)),
    )
    this = update(rows).where(rows.c.id == bindparam("row"))
    if ids:
        values = {"error": ERROR, "parked_at": datetime.now(UTC), **more}
        connection.execute(this.values(**values), [{"row": one} for one in ids])
