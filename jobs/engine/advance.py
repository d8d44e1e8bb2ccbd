"""Decide on what came in: one short transaction with the epic's row locked and no request in it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from bot.core.effects import UpdateProgressComment
from bot.core.events import Event, TimePassed
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus
from bot.core.pace import progress_interval
from bot.core.reservations import Holder, Slot
from bot.core.transitions.dispatch import Decision, Emission, decide
from bot.services import Services
from storage import effects, epics, inbox, log_events, reservations
from storage.database import Connection
from storage.inbox import InboxRow

# A row that we cannot decide on is our fault: kept, and tried again ever more rarely.
FIRST_POSTPONEMENT = 10.0
MAX_POSTPONEMENT = 3600.0

log = structlog.get_logger(__name__)


def advance(services: Services, epic_id: int) -> bool:
    """Decide on the epic's rows, oldest first, up to the first that is not ready.

    Returns whether anything was decided.
    """
    with services.database.write() as connection:
        before = epics.load(connection, epic_id, lock=True)
        if before is None:
            return False
        now = services.database.now(connection)
        epic, handled, decided = before, [], False
        for row, event in _events(connection, before, now):
            try:
                decision = _decide(connection, epic, event, now)
            except Exception:
                assert row is not None
                _postpone(connection, row, now)
                break
            epic, decided = decision.epic, True
            _store(connection, epic_id, decision, now, row)
            if row is not None:
                handled.append(row.id)
        if handled:
            inbox.mark_handled(connection, handled, now)
        epics.save(connection, before, epic)
    return decided


def _events(
    connection: Connection, epic: Epic, now: datetime
) -> Iterator[tuple[InboxRow | None, Event]]:
    for row in inbox.unhandled(connection, epic.id):
        if not row.is_ready:
            break
        # One that we could not decide on is passed by until it is tried again.
        if row.not_before <= now:
            yield row, row.event
    if epic.due_at is not None and epic.due_at <= now:
        yield None, TimePassed()


def _decide(connection: Connection, epic: Epic, event: Event, now: datetime) -> Decision:
    """Decide, and decide again while something was reserved that another epic holds."""
    held: dict[Slot, Holder] = {}
    while True:
        decision = decide(epic, event, now, held)
        holders = reservations.holders(connection, epic.id, decision.reserved)
        if not holders:
            return decision
        held |= holders


def _postpone(connection: Connection, row: InboxRow, now: datetime) -> None:
    log.exception("could not decide on an inbox row", row=row.id, delivery=row.delivery)
    seconds = min(MAX_POSTPONEMENT, FIRST_POSTPONEMENT * 2.0**row.tries)
    inbox.postpone(connection, row.id, now + timedelta(seconds=seconds), count=True)


def _store(
    connection: Connection, epic_id: int, decision: Decision, now: datetime, row: InboxRow | None
) -> None:
    delivery = row.delivery if row else None
    for scope in decision.cancelled:
        effects.cancel_pending(connection, epic_id, scope)
    for ask in decision.emitted:
        not_before = _pace(connection, decision.epic, ask)
        effects.emit(connection, epic_id, ask.effect, now, not_before)
    log_events.add(connection, epic_id, decision.log, now, delivery)
    for task, notice in decision.log:
        log.info(notice.kind, epic=epic_id, task=task, delivery=delivery, quote=notice.quote)


def _pace(connection: Connection, epic: Epic, ask: Emission) -> datetime:
    """Edits of the progress comment of a running epic keep a distance; others wait for nothing."""
    shown = epic.progress_updated_at
    if not isinstance(ask.effect, UpdateProgressComment) or shown is None:
        return ask.not_before
    if epic.status is not EpicStatus.ACTIVE or epic.progress_comment_id is None:
        return ask.not_before
    active = epics.count_active_beside(connection, epic.id)
    return max(ask.not_before, shown + timedelta(seconds=progress_interval(active)))
