"""Read large tables in parts: the rows of years do not fit into memory."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, TableClause, select

_PAGE = 1000


def pages(connection: Connection, table: TableClause) -> Iterator[Sequence[Any]]:
    """Yield all rows in the order of their ids, many at a time; they may be changed meanwhile."""
    last = 0
    query = select(table).order_by(table.c.id).limit(_PAGE)
    while rows := connection.execute(query.where(table.c.id > last)).all():
        yield rows
        last = rows[-1].id
