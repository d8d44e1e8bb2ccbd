"""The epic in numbers, and when it may be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.task import Task


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """The epic in numbers. `duration` is in seconds, None until the epic has ended."""

    total: int
    completed: int
    failed: int
    skipped: int
    cancelled: int
    under_way: int
    pending: int
    retries: int
    percent: int
    duration: int | None


def statistics(epic: Epic, tasks: Sequence[Task]) -> Statistics:
    """Count the tasks of the epic, without its final pull request."""
    by_status = {status: sum(task.status is status for task in tasks) for status in TaskStatus}
    completed = by_status[TaskStatus.COMPLETED]
    return Statistics(
        total=len(tasks),
        completed=completed,
        failed=by_status[TaskStatus.FAILED],
        skipped=by_status[TaskStatus.SKIPPED],
        cancelled=by_status[TaskStatus.CANCELLED],
        under_way=sum(task.status.is_under_way for task in tasks),
        pending=by_status[TaskStatus.PENDING],
        retries=sum(task.retries_used for task in tasks),
        percent=100 * completed // len(tasks) if tasks else 0,
        duration=seconds_between(epic.started_at, epic.ended_at),
    )


def seconds_between(start: datetime | None, end: datetime | None) -> int | None:
    """Return whole seconds, None where one of the times is unknown."""
    return max(0, int((end - start).total_seconds())) if start and end else None


def expected_end(epic: Epic, now: datetime) -> datetime | None:
    """Guess from the merged tasks; a guess that has passed is not shown.

    It moves only when a task starts or ends, so that the comment does not change by itself.
    """
    tasks = epic.checklist_tasks
    took = [
        seconds
        for task in tasks
        if task.merge_sha
        and (seconds := seconds_between(task.started_at, task.ended_at)) is not None
    ]
    left = sum(not task.status.is_final for task in tasks)
    since = max((task.started_at for task in tasks if task.started_at), default=None)
    if epic.status is not EpicStatus.ACTIVE or not took or not left or since is None:
        return None
    end = since + timedelta(seconds=left * sum(took) / len(took))
    return end if end > now else None
