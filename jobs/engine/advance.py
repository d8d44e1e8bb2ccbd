"""Decide on what came in, with the epic's row locked and no request in between.

Each event is decided on and stored within a savepoint: one that raises leaves the others alone.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.core.commands.stopping import superseding
from bot.core.effects import UpdateProgressComment
from bot.core.events import CommandGiven, Event, TimePassed
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus
from bot.core.model.terms import Terms
from bot.core.pace import progress_interval
from bot.core.reservations import Holder, Slot
from bot.core.transitions.dispatch import Decision, Emission, decide
from jobs.engine import quarantine
from storage import effects, epics, faults, inbox, log_events, money, reservations
from storage.database import Connection
from storage.faults import Kept
from storage.inbox import BrokenRow, InboxRow

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Here:
    """The transaction that decisions are stored in, its time, and the operator's terms."""

    connection: Connection
    now: datetime
    terms: Terms


def advance(connection: Connection, epic_id: int, now: datetime, terms: Terms) -> Epic | None:
    """Decide on the epic's rows that are ready, oldest first.

    A stop overtakes what waits to set something going. Returns the epic as saved, None when it was
    deleted. Raises Unreadable.
    """
    epic = epics.load(connection, epic_id, lock=True)
    if epic is None:
        return None
    here = _Here(connection, now, terms)
    for stop in inbox.undecided_stops(connection, epic_id, now):
        assert isinstance(stop.event, CommandGiven)
        if by := superseding(epic, stop.event):
            inbox.supersede(connection, stop, by)
    for row in inbox.undecided(connection, epic_id, now):
        if isinstance(row, BrokenRow):
            park(connection, epic_id, row, now)
        else:
            epic = _decide_on_row(here, epic, row)
    if epic.due_at is not None and epic.due_at <= now:
        epic = _let_time_pass(here, epic)
    return epic


def _decide_on_row(here: _Here, epic: Epic, row: InboxRow) -> Epic:
    connection, now = here.connection, here.now
    try:
        with connection.begin_nested():
            after = _decide_and_store(here, epic, row.event, row.delivery)
            inbox.mark_handled(connection, [row.id], now)
    except Exception as error:
        kind = type(row.event).__name__
        log.exception("could not decide on an inbox row", row=row.id, delivery=row.delivery)
        until, is_last = quarantine.note(connection, Kept.INBOX_ROW, row.id, error, now)
        inbox.postpone(connection, row.id, until, count=False)
        if is_last:
            quarantine.show(connection, epic.id, f"inbox:{row.id}", kind, now, about=row.event)
        return epic
    return after


def _let_time_pass(here: _Here, epic: Epic) -> Epic:
    connection, now = here.connection, here.now
    try:
        with connection.begin_nested():
            faults.forget(connection, epic.id)
            after = _decide_and_store(here, epic, TimePassed(), None)
    except Exception as error:
        log.exception("could not let time pass")
        until, is_last = quarantine.note(connection, Kept.EPIC, epic.id, error, now)
        after = replace(epic, due_at=until)
        epics.save(connection, epic, after)
        if is_last:
            quarantine.show(connection, epic.id, f"timer:{epic.id}", TimePassed.__name__, now)
    return after


def park(connection: Connection, epic_id: int, row: BrokenRow, now: datetime) -> None:
    """Leave a row alone that no longer validates, and show it."""
    log.error("an inbox row no longer validates", row=row.id, exc_info=row.error)
    quarantine.park(connection, Kept.INBOX_ROW, row.id, row.error, now)
    quarantine.show(connection, epic_id, f"inbox:{row.id}", row.kind, now)


def _decide_and_store(here: _Here, epic: Epic, event: Event, delivery: str | None) -> Epic:
    connection, now = here.connection, here.now
    decision = _decide(here, epic, event)
    after = _with_timer_put_off(connection, epic, decision.epic)
    for scope in decision.cancelled:
        effects.cancel_pending(connection, epic.id, scope)
    for ask in decision.emitted:
        not_before = _pace(connection, after, ask)
        effects.emit(connection, epic.id, ask.effect, now, not_before)
    log_events.add(connection, epic.id, decision.log, now, delivery)
    epics.save(connection, epic, after)
    if changed := money.changes(epic, after):
        money.book(connection, after, changed, here.terms, now)
    for task, notice in decision.log:
        log.info(notice.kind, task=task, delivery=delivery, quote=notice.quote)
    return after


def _with_timer_put_off(connection: Connection, before: Epic, after: Epic) -> Epic:
    """Let no decision have a timer back too soon that we fail on."""
    put_off = before.due_at
    if put_off is None or (after.due_at is not None and after.due_at >= put_off):
        return after
    if not faults.is_timer_put_off(connection, before.id):
        return after
    return replace(after, due_at=put_off)


def _decide(here: _Here, epic: Epic, event: Event) -> Decision:
    """Decide, and decide again while something was reserved that another epic holds."""
    held: dict[Slot, Holder] = {}
    while True:
        decision = decide(epic, event, here.now, held, here.terms)
        changed = money.changes(epic, decision.epic)
        holders = reservations.holders(
            here.connection,
            epic.id,
            decision.reserved,
            changed,
            terms=here.terms,
            now=here.now,
        )
        if not holders:
            return decision
        held |= holders


def _pace(connection: Connection, epic: Epic, ask: Emission) -> datetime:
    """Edits of the progress comment of a running epic keep a distance; others wait for nothing."""
    shown = epic.progress_updated_at
    if not isinstance(ask.effect, UpdateProgressComment) or shown is None:
        return ask.not_before
    if epic.status is not EpicStatus.ACTIVE or epic.progress_comment_id is None:
        return ask.not_before
    active = epics.count_active_beside(connection, epic.id)
    return max(ask.not_before, shown + timedelta(seconds=progress_interval(active)))
