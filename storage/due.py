"""What waits to be worked on: the healer's one question."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    and_,
    case,
    func,
    or_,
    select,
    union,
    union_all,
)

from bot.core.settings import Priority
from storage.tables import deliveries, effects, epics, inbox


def due_epics(connection: Connection, now: datetime) -> list[int]:
    """Epics with unhandled rows, effects to be performed or claims run out, or a look due."""
    waiting = select(inbox.c.epic_id).where(inbox.c.handled_at.is_(None), inbox.c.not_before <= now)
    ready = select(effects.c.epic_id).where(ready_effect(now))
    looks = select(epics.c.id).where(epics.c.look_at <= now)
    return list(connection.execute(union(waiting, ready, looks)).scalars())


def priorities(connection: Connection, epic_ids: Collection[int]) -> dict[int, Priority]:
    """How urgent each of the epics is, as its settings say."""
    if not epic_ids:
        return {}
    rows = connection.execute(
        select(epics.c.id, epics.c.settings).where(epics.c.id.in_(epic_ids)).order_by(epics.c.id)
    )
    return {row.id: row.settings.priority for row in rows}


class NextStep(StrEnum):
    """What an epic's oldest row waits for."""

    DECIDE = "decide"
    READ = "read"


@dataclass(frozen=True)
class Due:
    """What may be done for an epic now.

    `must_decide`: a row to be decided on, or a look; `must_read`: the oldest row waits for its
    reading; `urgency`: that of the most urgent effect that is ready, None without one.
    """

    must_decide: bool
    must_read: bool
    urgency: int | None


def due_for(connection: Connection, epic_id: int, now: datetime) -> Due:
    """What may be done for the epic now, found by one query."""
    look_at = select(epics.c.look_at <= now).where(epics.c.id == epic_id).scalar_subquery()
    urgency = (
        select(func.min(effects.c.urgency))
        .where(effects.c.epic_id == epic_id, ready_effect(now))
        .scalar_subquery()
    )
    oldest, look_is_due, most_urgent = connection.execute(
        select(oldest_row(epic_id, now), look_at, urgency)
    ).one()
    return Due(
        must_decide=oldest == NextStep.DECIDE or bool(look_is_due),
        must_read=oldest == NextStep.READ,
        urgency=most_urgent,
    )


def oldest_row(epic_id: int, now: datetime) -> ScalarSelect[str]:
    """The `NextStep` for the epic's oldest unhandled row; null without one that may be touched.

    Rows keep their order, but one that we could not decide on is passed by until it is tried again.
    """
    unread = and_(inbox.c.needs_reading, inbox.c.reading.is_(None))
    step = case((inbox.c.not_before > now, None), (unread, NextStep.READ), else_=NextStep.DECIDE)
    return (
        select(step)
        .where(
            inbox.c.epic_id == epic_id,
            inbox.c.handled_at.is_(None),
            or_(unread, inbox.c.not_before <= now),
        )
        .order_by(inbox.c.id)
        .limit(1)
        .scalar_subquery()
    )


def ready_effect(now: datetime) -> ColumnElement[bool]:
    """Effects whose time has come, and those whose claim ran out with their worker."""
    return or_(
        and_(effects.c.state == "pending", effects.c.not_before <= now),
        and_(effects.c.state.in_(("claimed", "sent")), effects.c.claim_until <= now),
    )


def next_due(connection: Connection) -> datetime | None:
    """When the next put-off row, effect, claim or look falls due."""
    times = (
        select(inbox.c.not_before.label("at")).where(inbox.c.handled_at.is_(None)),
        select(effects.c.not_before).where(effects.c.state == "pending"),
        select(effects.c.claim_until).where(effects.c.state.in_(("claimed", "sent"))),
        select(epics.c.look_at).where(epics.c.look_at.is_not(None)),
    )
    every = union_all(*times).subquery()
    at: datetime | None = connection.execute(select(func.min(every.c.at))).scalar_one()
    return at


def has_unrouted(connection: Connection, now: datetime) -> bool:
    """Whether a delivery waits to be routed."""
    query = select(deliveries.c.id).where(
        deliveries.c.routed_at.is_(None),
        or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= now),
    )
    return connection.execute(query.limit(1)).first() is not None
