"""What waits to be worked on: the healer's one question."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    ScalarSelect,
    Text,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    type_coerce,
    union,
    union_all,
)

from bot.core.model.settings import Priority
from storage.columns import UtcTime
from storage.tables import deliveries, effects, epics, inbox

# What the statements below are asked with: they are put together once, since that takes far longer
# than to run them.
EPIC: BindParameter[int] = bindparam("epic")
NOW = bindparam("now", type_=UtcTime)


class NextStep(StrEnum):
    """What an epic's oldest row waits for."""

    DECIDE = "decide"
    READ = "read"


@dataclass(frozen=True)
class Due:
    """What may be done for an epic now.

    `must_decide`: a row to be decided on, or a look; `must_enrich`: the oldest row waits for its
    reading; `urgency`: that of the most urgent effect that is ready, None without one.
    """

    must_decide: bool
    must_enrich: bool
    urgency: int | None


def ready_effect() -> ColumnElement[bool]:
    """Effects whose time has come at NOW, and those whose claim ran out with their worker."""
    return and_(
        effects.c.parked_at.is_(None),
        or_(
            and_(effects.c.state == "pending", effects.c.not_before <= NOW),
            # Each name by itself: a list would be written out again at each execution.
            and_(effects.c.state == "claimed", effects.c.claim_until <= NOW),
            and_(effects.c.state == "sent", effects.c.claim_until <= NOW),
        ),
    )


_UNREAD = and_(inbox.c.needs_enrichment, inbox.c.enrichment.is_(None))
_NEXT_STEP = case((inbox.c.not_before > NOW, None), (_UNREAD, NextStep.READ), else_=NextStep.DECIDE)


def oldest_row(what: ColumnElement[Any] = _NEXT_STEP) -> ScalarSelect[Any]:
    """The `NextStep` for EPIC's oldest unhandled row; null without one that may be touched at NOW.

    Rows keep their order, but one that we failed on is passed by until it is tried again.
    """
    waits_for_github = and_(_UNREAD, inbox.c.faults == 0)
    return (
        select(what)
        .where(
            inbox.c.epic_id == EPIC,
            inbox.c.handled_at.is_(None),
            inbox.c.parked_at.is_(None),
            or_(waits_for_github, inbox.c.not_before <= NOW),
        )
        .order_by(inbox.c.id)
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )


_DUE_EPICS = union(
    select(inbox.c.epic_id).where(
        inbox.c.handled_at.is_(None), inbox.c.parked_at.is_(None), inbox.c.not_before <= NOW
    ),
    select(effects.c.epic_id).where(ready_effect()),
    select(epics.c.id).where(epics.c.due_at <= NOW),
)
_HELD = select(epics.c.id).where(epics.c.held_until > NOW)
_DUE_FOR = select(
    oldest_row(),
    select(epics.c.due_at <= NOW).where(epics.c.id == EPIC).scalar_subquery(),
    select(func.min(effects.c.urgency))
    .where(effects.c.epic_id == EPIC, ready_effect())
    .scalar_subquery(),
)
_TIMES = union_all(
    select(inbox.c.not_before.label("at")).where(
        inbox.c.handled_at.is_(None), inbox.c.parked_at.is_(None)
    ),
    select(effects.c.not_before).where(effects.c.state == "pending", effects.c.parked_at.is_(None)),
    select(effects.c.claim_until).where(
        effects.c.state.in_(("claimed", "sent")), effects.c.parked_at.is_(None)
    ),
    select(epics.c.due_at).where(epics.c.due_at.is_not(None)),
).subquery()
_NEXT_DUE = select(func.min(_TIMES.c.at))
_PRIORITIES = (
    # As text: an epic's settings that no longer validate are its own trouble.
    select(epics.c.id, type_coerce(epics.c.settings, Text).label("settings"))
    .where(epics.c.id.in_(bindparam("epics", expanding=True)))
    .order_by(epics.c.id)
)
_UNINGESTED = (
    select(deliveries.c.id)
    .where(
        deliveries.c.ingested_at.is_(None),
        deliveries.c.parked_at.is_(None),
        or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= NOW),
    )
    .limit(1)
)


def due_epics(connection: Connection, now: datetime) -> list[int]:
    """Epics with unhandled rows, effects to be performed or claims run out, or a timer due."""
    due = connection.execute(_DUE_EPICS, {"now": now}).scalars().all()
    if not due:
        return []
    held = set(connection.execute(_HELD, {"now": now}).scalars())
    return [epic_id for epic_id in due if epic_id not in held]


def due_for(connection: Connection, epic_id: int, now: datetime) -> Due:
    """What may be done for the epic now, found by one query."""
    oldest, timer_is_due, most_urgent = connection.execute(
        _DUE_FOR, {"epic": epic_id, "now": now}
    ).one()
    return Due(
        must_decide=oldest == NextStep.DECIDE or bool(timer_is_due),
        must_enrich=oldest == NextStep.READ,
        urgency=most_urgent,
    )


def next_due(connection: Connection) -> datetime | None:
    """When the next put-off row, effect, claim or look falls due."""
    at: datetime | None = connection.execute(_NEXT_DUE).scalar_one()
    return at


def priorities(connection: Connection, epic_ids: Collection[int]) -> dict[int, Priority]:
    """How urgent each of the epics is, as its settings say."""
    if not epic_ids:
        return {}
    rows = connection.execute(_PRIORITIES, {"epics": list(epic_ids)})
    return {row.id: _priority(row.settings) for row in rows}


def _priority(settings: str) -> Priority:
    try:
        return Priority(json.loads(settings)["priority"])
    except (ValueError, LookupError, TypeError):
        return Priority.BALANCED


def has_uningested(connection: Connection, now: datetime) -> bool:
    """Whether a delivery waits to be routed."""
    return connection.execute(_UNINGESTED, {"now": now}).first() is not None
