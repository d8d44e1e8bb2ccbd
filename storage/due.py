"""What waits to be worked on: the healer's one question."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Text,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    type_coerce,
    union,
    union_all,
)

from bot.core.effects import EFFECT_KINDS
from bot.core.events import BodyEdited, BodyWritten
from bot.core.model.settings import Priority
from storage.columns import UtcTime
from storage.priorities import priority_of
from storage.tables import deliveries, effects, epics, inbox

# What the statements below are asked with: they are put together once, since that takes far longer
# than to run them.
EPIC: BindParameter[int] = bindparam("epic")
NOW = bindparam("now", type_=UtcTime)


@dataclass(frozen=True)
class Due:
    """What may be done for an epic now.

    `must_decide`: a row to be decided on, or a look; `must_enrich`: a row that may be read for;
    `urgency`: that of the most urgent effect that is ready, None without one.
    """

    must_decide: bool
    must_enrich: bool
    urgency: int | None


def ready_effect() -> ColumnElement[bool]:
    """Effects whose time has come at NOW, and those whose claim ran out with their worker.

    One that keeps a worker for minutes waits while any epic's is under way: the other workers are
    for everybody else.
    """
    other = effects.alias("under_way")
    is_slow_and_not_first = and_(
        _is_slow(effects),
        exists().where(other.c.state == "claimed", other.c.claim_until > NOW, _is_slow(other)),
    )
    return and_(
        effects.c.parked_at.is_(None),
        not_(is_slow_and_not_first),
        or_(
            and_(effects.c.state == "pending", effects.c.not_before <= NOW),
            # Each name by itself: a list would be written out again at each execution.
            and_(effects.c.state == "claimed", effects.c.claim_until <= NOW),
            and_(effects.c.state == "sent", effects.c.claim_until <= NOW),
        ),
    )


def _is_slow(rows: FromClause) -> ColumnElement[bool]:
    """Effects whose request may take minutes."""
    # Each name by itself, as above.
    return or_(*(rows.c.kind == name for name, kind in EFFECT_KINDS.items() if kind.slow))


UNREAD = and_(inbox.c.needs_enrichment, inbox.c.enrichment.is_(None))
OPEN = and_(inbox.c.handled_at.is_(None), inbox.c.parked_at.is_(None))


def _unread_beside(rows: FromClause) -> ColumnElement[bool]:
    """Rows of the same epic that wait to be read for."""
    return and_(
        rows.c.epic_id == inbox.c.epic_id,
        rows.c.handled_at.is_(None),
        rows.c.parked_at.is_(None),
        rows.c.needs_enrichment,
        rows.c.enrichment.is_(None),
    )


def _read_at_once(rows: FromClause) -> ColumnElement[bool]:
    """Select stops that are being read for the first time, which takes a moment.

    Not those of somebody about whom GitHub did not answer: others do not wait for that.
    """
    unanswered = inbox.alias("unanswered")
    return and_(
        rows.c.stops,
        rows.c.tries == 0,
        rows.c.faults == 0,
        not_(
            exists().where(
                unanswered.c.epic_id == rows.c.epic_id,
                unanswered.c.handled_at.is_(None),
                unanswered.c.sender == rows.c.sender,
                unanswered.c.enrichment.is_(None),
                unanswered.c.tries > 0,
            )
        ),
    )


def _held_up() -> ColumnElement[bool]:
    """Rows whose own sender has an earlier one, or a stop, for which nothing could be read yet.

    Somebody else's holds up nothing, but for the moment in which a stop is read for the first time.
    A stop, with all lines before it, waits for nothing but lines before those in its comment. A row
    that we failed on through a fault of our own is passed by, unless it is a stop. What we wrote
    into the issue is compared with the edits before it.
    """
    other = inbox.alias("other")
    is_earlier = and_(other.c.id < inbox.c.id, other.c.faults == 0)
    is_own = other.c.sender == inbox.c.sender
    # All lines of a comment come with one delivery.
    is_same = and_(other.c.delivery.is_not(None), other.c.delivery == inbox.c.delivery)
    holds_up_writing = and_(
        inbox.c.kind == BodyWritten.__name__, other.c.kind == BodyEdited.__name__, is_earlier
    )
    holds_up_all = or_(
        and_(is_own, other.c.stops, not_(is_same)),
        and_(is_own, is_earlier),
        and_(is_earlier, _read_at_once(other)),
    )
    return exists().where(
        _unread_beside(other),
        or_(
            and_(inbox.c.stops.is_(False), holds_up_all),
            and_(is_own, is_same, is_earlier),
            holds_up_writing,
        ),
    )


def stop_is_read() -> ColumnElement[bool]:
    """Whether EPIC has a stop that is being read for the first time: nothing is begun meanwhile."""
    return exists().where(inbox.c.epic_id == EPIC, OPEN, UNREAD, _read_at_once(inbox))


def actionable() -> ColumnElement[bool]:
    """EPIC's rows that may be read for, or decided on, at NOW."""
    return and_(inbox.c.epic_id == EPIC, OPEN, inbox.c.not_before <= NOW, not_(_held_up()))


def undecided() -> ColumnElement[bool]:
    """Whether EPIC has a row that may be decided on at NOW."""
    return exists().where(actionable(), not_(UNREAD))


_DUE_EPICS = union(
    select(inbox.c.epic_id).where(
        inbox.c.handled_at.is_(None), inbox.c.parked_at.is_(None), inbox.c.not_before <= NOW
    ),
    select(effects.c.epic_id).where(ready_effect()),
    select(epics.c.id).where(epics.c.due_at <= NOW),
)
_HELD = select(epics.c.id).where(epics.c.held_until > NOW)
_DUE_FOR = select(
    undecided(),
    exists().where(actionable(), UNREAD),
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
    select(epics.c.held_until).where(epics.c.held_until.is_not(None)),
).subquery()
_NEXT_DUE = select(func.min(_TIMES.c.at)).where(_TIMES.c.at > NOW)
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
    """Return what may be done for the epic now, found by one query."""
    is_undecided, is_unread, timer_is_due, most_urgent = connection.execute(
        _DUE_FOR, {"epic": epic_id, "now": now}
    ).one()
    return Due(
        must_decide=bool(is_undecided or timer_is_due),
        must_enrich=bool(is_unread),
        urgency=most_urgent,
    )


def next_due(connection: Connection, now: datetime) -> datetime | None:
    """When the next put-off row, effect, claim, look or held epic falls due, of those to come."""
    at: datetime | None = connection.execute(_NEXT_DUE, {"now": now}).scalar_one()
    return at


def priorities(connection: Connection, epic_ids: Collection[int]) -> dict[int, Priority]:
    """How urgent each of the epics is, as its settings say."""
    if not epic_ids:
        return {}
    rows = connection.execute(_PRIORITIES, {"epics": list(epic_ids)})
    return {row.id: priority_of(row.settings) for row in rows}


def has_uningested(connection: Connection, now: datetime) -> bool:
    """Whether a delivery waits to be routed."""
    return connection.execute(_UNINGESTED, {"now": now}).first() is not None
