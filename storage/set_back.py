"""What a clock has put off that was set back since: it would wait for that long once more."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Column, Connection, select, update

from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus
from bot.core.model.pull_request import PullRequest
from bot.core.model.task import Task
from storage import epics
from storage.effects import CLAIM_SECONDS
from storage.faults import Unreadable
from storage.tables import deliveries, effects, inbox, throttles
from storage.tables import epics as epic_rows

Moment = TypeVar("Moment", bound=datetime | None)

# Facts are left as they are, and so are an agent's deadline and a start that a person has set.
_AT_ONCE = timedelta(0)
_WAITS: tuple[tuple[Column[datetime], timedelta], ...] = (
    (deliveries.c.not_before, _AT_ONCE),
    (inbox.c.not_before, _AT_ONCE),
    (effects.c.not_before, _AT_ONCE),
    (effects.c.first_tried_at, _AT_ONCE),
    (effects.c.sent_at, _AT_ONCE),
    # Whoever has claimed it may be at work on it.
    (effects.c.claim_until, timedelta(seconds=CLAIM_SECONDS)),
    (epic_rows.c.held_until, _AT_ONCE),
    (throttles.c.since, _AT_ONCE),
    (throttles.c.until, _AT_ONCE),
)
_OPEN = [status for status in EpicStatus if not status.is_final]


def bring_forward(connection: Connection, now: datetime) -> None:
    """Let nothing wait for a time that was near before the clock was set back."""
    for column, most in _WAITS:
        latest = now + most
        rows = update(column.table).where(column > latest)
        connection.execute(rows.values({column.name: latest}))
    for epic_id in connection.scalars(select(epic_rows.c.id).where(epic_rows.c.status.in_(_OPEN))):
        try:
            epic = epics.load(connection, epic_id, lock=True)
        except Unreadable:
            continue
        if epic is not None:
            epics.save(connection, epic, _epic(epic, now))


def _epic(epic: Epic, now: datetime) -> Epic:
    return replace(
        epic,
        due_at=_by(epic.due_at, now),
        progress_updated_at=_by(epic.progress_updated_at, now),
        tasks=tuple(_task(task, now) for task in epic.tasks),
    )


def _task(task: Task, now: datetime) -> Task:
    request = task.pull_request
    return replace(
        task,
        due_at=_by(task.due_at, now),
        retry_at=_by(task.retry_at, now),
        pull_request=request and _pull_request(request, now),
        runs=tuple(replace(run, ended_at=_by(run.ended_at, now)) for run in task.runs),
    )


def _pull_request(request: PullRequest, now: datetime) -> PullRequest:
    return replace(
        request,
        head_seen_at=_by(request.head_seen_at, now),
        stirred_at=_by(request.stirred_at, now),
        red_at=_by(request.red_at, now),
        update=replace(request.update, asked_at=_by(request.update.asked_at, now)),
    )


def _by(moment: Moment, now: datetime) -> Moment | datetime:
    return now if moment is not None and moment > now else moment
