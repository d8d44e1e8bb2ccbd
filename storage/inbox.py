"""Inbox rows: what came in for an epic, in the order it came."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.events import EVENT_KINDS, Enrichment, Event
from storage.columns import adapter
from storage.due import oldest_row
from storage.tables import inbox

_INSERT = {
    name: dialect.insert(inbox).on_conflict_do_nothing(index_elements=["key"]).returning(inbox.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_UNHANDLED = (
    select(inbox)
    .where(
        inbox.c.epic_id == bindparam("epic"),
        inbox.c.handled_at.is_(None),
        inbox.c.parked_at.is_(None),
    )
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_TO_ENRICH = select(inbox).where(inbox.c.id == oldest_row(inbox.c.id))
_MARK_HANDLED = (
    update(inbox)
    .where(inbox.c.id.in_(bindparam("rows", expanding=True)))
    .values(handled_at=bindparam("now"))
)


@dataclass(frozen=True, kw_only=True)
class InboxRow:
    """One event as stored. `is_ready` is false while its enrichment is still owed.

    `tries` counts failed enrichments, `faults` the failures that are a fault of our own.
    """

    id: int
    epic_id: int
    event: Event
    delivery: str | None
    tries: int
    faults: int
    not_before: datetime
    is_ready: bool


@dataclass(frozen=True, kw_only=True)
class BrokenRow:
    """A row whose event no longer validates."""

    id: int
    kind: str
    error: Exception


def add(
    connection: Connection,
    epic_id: int,
    key: str,
    event: Event,
    *,
    now: datetime,
    delivery: str | None = None,
) -> bool:
    """Store `event` once under `key`; False when a row of that key was there already."""
    row = {
        "epic_id": epic_id,
        "key": key,
        "kind": type(event).__name__,
        "payload": adapter(type(event)).dump_json(event).decode(),
        "delivery": delivery,
        "received_at": now,
        "needs_enrichment": event.needs_enrichment,
        "tries": 0,
        "not_before": now,
    }
    stored = connection.execute(_INSERT[connection.dialect.name], row)
    return stored.scalar_one_or_none() is not None


def unhandled(connection: Connection, epic_id: int, most: int = 100) -> list[InboxRow | BrokenRow]:
    """The epic's oldest unhandled rows, in their order, without those that were parked."""
    rows = connection.execute(_UNHANDLED, {"epic": epic_id, "most": most}).mappings()
    return [_readable(row) for row in rows]


def _readable(row: Any) -> InboxRow | BrokenRow:
    try:
        return _row(row)
    except (ValueError, LookupError, TypeError) as error:
        return BrokenRow(id=row["id"], kind=row["kind"], error=error)


def _row(row: Any) -> InboxRow:
    kind = EVENT_KINDS[row["kind"]]
    event: Event = adapter(kind).validate_json(row["payload"])
    if row["enrichment"] is not None:
        enrichment = adapter(Enrichment).validate_json(row["enrichment"])
        event = replace(event, enrichment=enrichment)  # type: ignore[call-arg] # needs_enrichment kinds have it
    return InboxRow(
        id=row["id"],
        epic_id=row["epic_id"],
        event=event,
        delivery=row["delivery"],
        tries=row["tries"],
        faults=row["faults"],
        not_before=row["not_before"],
        is_ready=not row["needs_enrichment"] or row["enrichment"] is not None,
    )


def claim_enrichment(
    connection: Connection, epic_id: int, now: datetime, until: datetime
) -> InboxRow | None:
    """Be the one who reads for the epic's oldest row, if it waits for that and may be read for.

    Nobody else does until then. Rows keep their order, but one that we failed on is passed by.
    """
    asked = {"epic": epic_id, "now": now}
    found = connection.execute(_TO_ENRICH, asked).mappings().one_or_none()
    if found is None or not found["needs_enrichment"] or found["enrichment"] is not None:
        return None
    row = _readable(found)
    if isinstance(row, BrokenRow) or row.not_before > now:
        return None
    connection.execute(update(inbox).where(inbox.c.id == row.id).values(not_before=until))
    return row


def store_enrichment(
    connection: Connection, row_id: int, enrichment: Enrichment, now: datetime
) -> None:
    """Keep what was read for the row, which may now be decided on; the first reading stays."""
    connection.execute(
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.enrichment.is_(None))
        .values(enrichment=adapter(Enrichment).dump_json(enrichment).decode(), not_before=now)
    )


def postpone(connection: Connection, row_id: int, until: datetime, *, count: bool) -> None:
    """Try the row again at `until`; `count` uses up a try."""
    values: dict[str, Any] = {"not_before": until}
    if count:
        values["tries"] = inbox.c.tries + 1
    connection.execute(update(inbox).where(inbox.c.id == row_id).values(values))


def mark_handled(connection: Connection, row_ids: Sequence[int], now: datetime) -> None:
    """Say that the rows were decided on."""
    connection.execute(_MARK_HANDLED, {"rows": row_ids, "now": now})
