"""Inbox rows: what came in for an epic, in the order it came."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, String, bindparam, case, func, not_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.commands.stopping import sets_going, stops
from bot.core.events import (
    EVENT_KINDS,
    BodyEdited,
    CommandGiven,
    Enrichment,
    EpicLabelled,
    Event,
    Interrupted,
    InterruptionResolved,
    Superseded,
)
from storage.columns import adapter
from storage.due import EPIC, OPEN, UNREAD, actionable
from storage.tables import inbox

_INSERT = {
    name: dialect.insert(inbox).on_conflict_do_nothing(index_elements=["key"]).returning(inbox.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_BY_PEOPLE = (BodyEdited, CommandGiven, EpicLabelled, Interrupted, InterruptionResolved)
_UNHANDLED = (
    select(inbox).where(actionable(), not_(UNREAD)).order_by(inbox.c.id).limit(bindparam("most"))
)
# Somebody who gives many commands stands behind everybody who gives few.
RECENTLY = timedelta(minutes=10)
_other = inbox.alias("other_given")
_GIVEN_RECENTLY = (
    select(func.count())
    .select_from(_other)
    .where(
        _other.c.epic_id == inbox.c.epic_id,
        _other.c.sender == inbox.c.sender,
        _other.c.id < inbox.c.id,
        _other.c.received_at > bindparam("recently"),
    )
    .correlate(inbox)
    .scalar_subquery()
)
_TO_ENRICH = (
    select(inbox)
    .where(actionable(), UNREAD)
    .order_by(inbox.c.stops.desc(), case((inbox.c.stops, _GIVEN_RECENTLY), else_=0), inbox.c.id)
    .limit(1)
)
_STOP_TO_ENRICH = _TO_ENRICH.where(inbox.c.stops)
_STOPS = (
    select(inbox)
    .where(actionable(), not_(UNREAD), inbox.c.stops, inbox.c.kind == CommandGiven.__name__)
    .order_by(inbox.c.id)
)
_DELIVERY = bindparam("delivery", type_=String)
_GIVEN_BEFORE = (
    select(inbox.c.id, inbox.c.payload)
    .where(
        inbox.c.epic_id == EPIC,
        OPEN,
        inbox.c.kind == CommandGiven.__name__,
        inbox.c.id < bindparam("row"),
        # What stands in the same comment is carried out in its order.
        or_(_DELIVERY.is_(None), inbox.c.delivery.is_distinct_from(_DELIVERY)),
    )
    .order_by(inbox.c.id)
)
_UNHANDLED_IDS = _UNHANDLED.with_only_columns(inbox.c.id, inbox.c.kind)
_ONE = select(inbox).where(inbox.c.id == bindparam("row"))
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
    received_at: datetime
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
        "sender": _sender(event),
        "stops": isinstance(event, CommandGiven) and (event.before_stop or stops(event.text)),
    }
    stored = connection.execute(_INSERT[connection.dialect.name], row)
    return stored.scalar_one_or_none() is not None


def _sender(event: Event) -> str | None:
    by = event.by if isinstance(event, _BY_PEOPLE) else None
    return by.lower()[:100] if by else None


def undecided(
    connection: Connection, epic_id: int, now: datetime, most: int = 100
) -> list[InboxRow | BrokenRow]:
    """Return the epic's oldest rows that may be decided on, in their order."""
    asked = {"epic": epic_id, "now": now, "most": most}
    try:
        rows = connection.execute(_UNHANDLED, asked).mappings().all()
    except (ValueError, LookupError, TypeError):
        # A column of one of them is no value of its type.
        ids = connection.execute(_UNHANDLED_IDS, asked).all()
        return [_one(connection, row_id, kind) for row_id, kind in ids]
    return [_readable(row) for row in rows]


def undecided_stops(connection: Connection, epic_id: int, now: datetime) -> list[InboxRow]:
    """Those of them that are a `pause` or a `cancel`."""
    asked = {"epic": epic_id, "now": now}
    found = [_readable(row) for row in connection.execute(_STOPS, asked).mappings()]
    return [row for row in found if isinstance(row, InboxRow)]


def supersede(connection: Connection, stop: InboxRow, by: Superseded) -> None:
    """Have what was asked for before `stop`, and waits, answered with who stopped it."""
    asked = {"epic": stop.epic_id, "row": stop.id, "delivery": stop.delivery}
    for row_id, payload in connection.execute(_GIVEN_BEFORE, asked).all():
        try:
            event = adapter(CommandGiven).validate_json(payload)
        except ValueError:
            continue
        if event.superseded is None and sets_going(event.text):
            changed = adapter(CommandGiven).dump_json(replace(event, superseded=by)).decode()
            connection.execute(update(inbox).where(inbox.c.id == row_id).values(payload=changed))


def earlier_line(connection: Connection, row_id: int) -> Enrichment | None:
    """Return what was read for an earlier line of the same comment, or review."""
    key: str = connection.execute(select(inbox.c.key).where(inbox.c.id == row_id)).scalar_one()
    comment, _, _ = key.rpartition(":")
    if not comment.startswith(("comment:", "review:")):
        return None
    query = (
        select(inbox.c.enrichment)
        .where(
            inbox.c.key.startswith(f"{comment}:", autoescape=True),
            inbox.c.id < row_id,
            inbox.c.enrichment.is_not(None),
        )
        .order_by(inbox.c.id.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar_one_or_none()
    try:
        return found and adapter(Enrichment).validate_json(found)
    except ValueError:
        return None


def _one(connection: Connection, row_id: int, kind: str) -> InboxRow | BrokenRow:
    try:
        return _readable(connection.execute(_ONE, {"row": row_id}).mappings().one())
    except (ValueError, LookupError, TypeError) as error:
        return BrokenRow(id=row_id, kind=kind, error=error)


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
        received_at=row["received_at"],
        not_before=row["not_before"],
        is_ready=not row["needs_enrichment"] or row["enrichment"] is not None,
    )


def claim_enrichment(
    connection: Connection,
    epic_id: int,
    now: datetime,
    until: datetime,
    *,
    only_stops: bool = False,
) -> InboxRow | BrokenRow | None:
    """Be the one who reads for the first row that may be read for: a stop, or else the oldest.

    Of several stops it is that of whoever has given the fewest commands lately: no number of them
    delays somebody else's. Nobody else reads for it until then.
    """
    asked = {"epic": epic_id, "now": now, "recently": now - RECENTLY}
    query = _STOP_TO_ENRICH if only_stops else _TO_ENRICH
    found = connection.execute(query, asked).mappings().one_or_none()
    if found is None:
        return None
    row = _readable(found)
    if isinstance(row, BrokenRow):
        return row
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
