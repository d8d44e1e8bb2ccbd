"""What waits to be worked on: the healer's one question."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    ScalarSelect,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
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
    return or_(
        and_(effects.c.state == "pending", effects.c.not_before <= NOW),
        # Each name by itself: a list would be written out anew at each execution.
        and_(effects.c.state == "claimed", effects.c.claim_until <= NOW),
        and_(effects.c.state == "sent", effects.c.claim_until <= NOW),
    )


def oldest_row() -> ScalarSelect[str]:
    """The `NextStep` for EPIC's oldest unhandled row; null without one that may be touched at NOW.

    Rows keep their order, but one that we could not decide on is passed by until it is tried again.
    """
    unread = and_(inbox.c.needs_enrichment, inbox.c.enrichment.is_(None))
    step = case((inbox.c.not_before > NOW, None), (unread, NextStep.READ), else_=NextStep.DECIDE)
    return (
        select(step)
        .where(
            inbox.c.epic_id == EPIC,
            inbox.c.handled_at.is_(None),
            or_(unread, inbox.c.not_before <= NOW),
        )
        .order_by(inbox.c.id)
        .limit(1)
        .scalar_subquery()
    )


_DUE_EPICS = union(
    select(inbox.c.epic_id).where(inbox.c.handled_at.is_(None), inbox.c.not_before <= NOW),
    select(effects.c.epic_id).where(ready_effect()),
    select(epics.c.id).where(epics.c.due_at <= NOW),
)
_DUE_FOR = select(
    oldest_row(),
    select(epics.c.due_at <= NOW).where(epics.c.id == EPIC).scalar_subquery(),
    select(func.min(effects.c.urgency))
    .where(effects.c.epic_id == EPIC, ready_effect())
    .scalar_subquery(),
)
_TIMES = union_all(
    select(inbox.c.not_before.label("at")).where(inbox.c.handled_at.is_(None)),
    select(effects.c.not_before).where(effects.c.state == "pending"),
    select(effects.c.claim_until).where(effects.c.state.in_(("claimed", "sent"))),
    select(epics.c.due_at).where(epics.c.due_at.is_not(None)),
).subquery()
_NEXT_DUE = select(func.min(_TIMES.c.at))
_PRIORITIES = (
    select(epics.c.id, epics.c.settings)
    .where(epics.c.id.in_(bindparam("epics", expanding=True)))
    .order_by(epics.c.id)
)
_UNINGESTED = (
    select(deliveries.c.id)
    .where(
        deliveries.c.ingested_at.is_(None),
        or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= NOW),
    )
    .limit(1)
)


def due_epics(connection: Connection, now: datetime) -> list[int]:
    """Epics with unhandled rows, effects to be performed or claims run out, or a look due."""
    return list(connection.execute(_DUE_EPICS, {"now": now}).scalars())


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
    return {row.id: row.settings.priority for row in rows}


def has_uningested(connection: Connection, now: datetime) -> bool:
    """Whether a delivery waits to be routed."""
    return connection.execute(_UNINGESTED, {"now": now}).first() is not None
