"""GitHub's webhooks as they came in, one row for each delivery GUID."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import deliveries


@dataclass(frozen=True)
class Delivery:
    """One signed webhook: GitHub's GUID for it, the event's name, the raw body."""

    guid: str
    event: str
    body: bytes


_INSERT = {
    name: dialect.insert(deliveries).on_conflict_do_nothing(index_elements=["guid"])
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def add(connection: Connection, received: Sequence[Delivery], *, now: datetime) -> None:
    """Store each delivery once; a GUID that is there already stays as it is."""
    rows = [{**vars(one), "received_at": now} for one in received]
    # psycopg's executemany costs extra round trips, which a single row need not pay.
    connection.execute(_INSERT[connection.dialect.name], rows[0] if len(rows) == 1 else rows)
