"""One epic as people are shown it: what comment, API and page are all drawn from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.core.checklist import parse_checklist
from bot.core.epic import Epic, Task
from bot.core.identifiers import EpicStatus, TaskStatus
from bot.core.settings import MergeWhen


class LogEntry(Protocol):
    """One line of the epic's log; `task` is the task's number where it is about one."""

    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def task(self) -> int | None: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class TaskStanding:
    """How one task stands. `duration` is in seconds, None until the task has ended."""

    number: int
    title: str
    status: TaskStatus
    agent_url: str | None
    pull_request_number: int | None
    pull_request_url: str | None
    duration: int | None
    base_sha: str | None
    merge_sha: str | None
    waiting_for: str | None
    failure: str | None
    retry_at: datetime | None
    retries: int


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


@dataclass(frozen=True, kw_only=True)
class LogText:
    """One line of the epic's log."""

    at: datetime
    task: int | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one epic stands. Texts are as people wrote them, nothing is escaped; times are UTC."""

    id: int
    repository: str
    issue_number: int
    title: str
    status: EpicStatus
    base_branch: str
    started_by: str | None
    started_at: datetime | None
    ended_at: datetime | None
    expected_end: datetime | None
    pausing: bool
    waiting_for: str | None
    mistakes: tuple[str, ...]
    edit_not_used_by: str | None
    unguarded_base: bool
    merge_when: MergeWhen
    grace: int
    tasks: tuple[TaskStanding, ...]
    statistics: Statistics
    log: tuple[LogText, ...]

    def payload(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON but for the times."""
        return asdict(self)


def standing(epic: Epic, now: datetime, log: Sequence[LogEntry] = ()) -> Standing:
    """Say how the epic stands; `log` holds its last lines, oldest first."""
    tasks = epic.tasks or _tasks_to_be(epic)
    return Standing(
        id=epic.id,
        repository=str(epic.repository),
        issue_number=epic.issue_number,
        title=epic.title,
        status=epic.status,
        base_branch=epic.base,
        started_by=epic.started_by,
        started_at=epic.started_at,
        ended_at=epic.ended_at,
        expected_end=_expected_end(epic, now),
        pausing=epic.pausing,
        waiting_for=waiting_for(epic, now),
        mistakes=epic.mistakes,
        edit_not_used_by=epic.edit_not_used_by,
        unguarded_base=epic.unguarded_base,
        merge_when=epic.settings.merge_when,
        grace=epic.settings.grace,
        tasks=tuple(map(_task_standing, tasks)),
        statistics=_statistics(epic, tasks),
        log=tuple(LogText(at=line.at, task=line.task, text=line.text) for line in log),
    )


def waiting_for(epic: Epic, now: datetime) -> str | None:
    """Return what the epic waits for and what gets past it; None once nothing is awaited."""
    if epic.status is EpicStatus.PENDING:
        return _waiting_to_start(epic)
    if epic.status is EpicStatus.PAUSED:
        return _waiting_for_person(epic)
    if epic.status is not EpicStatus.ACTIVE:
        return None
    if epic.throttled_until and epic.throttled_until > now:
        return f"{epic.throttled_by or 'a limit'}, throttled until {clock(epic.throttled_until)}"
    waits = [f"task {task.number}: {_task_waits_for(task)}" for task in epic.under_way()]
    return "; ".join(waits) or _waiting_for_next(epic)


def clock(time: datetime, day: datetime | None = None) -> str:
    """Return the time as people read it, with the date unless it is that of `day`."""
    if day is not None and day.date() == time.date():
        return f"{time:%H:%M} UTC"
    return f"{time.day} {time:%b %H:%M} UTC"


def _waiting_to_start(epic: Epic) -> str:
    if epic.mistakes:
        return "a corrected checklist"
    if not (epic.tasks or _tasks_to_be(epic)):
        return "a checklist"
    return "`/orchestra start` from somebody with write permission"


def _waiting_for_person(epic: Epic) -> str:
    reason = f" ({epic.pause_reason.rstrip('.')})" if epic.pause_reason else ""
    failed = [task for task in epic.tasks if task.status is TaskStatus.FAILED]
    ways = [f"`/orchestra {verb} {failed[0].number}`" for verb in ("retry", "skip") if failed]
    # What failed without a pull request leaves nothing that a person could have put right.
    if all(task.pull_request_number for task in failed):
        ways.append("`/orchestra resume`")
    return f"a person{reason}; {' or '.join(ways)} goes on"


def _task_waits_for(task: Task) -> str:
    if task.waiting_for:
        return task.waiting_for
    return {
        TaskStatus.PROCESSING: "its agent",
        TaskStatus.PR_OPEN: "its pull request",
        TaskStatus.MERGING: "GitHub to merge its pull request",
    }.get(task.status, "its turn")


def _waiting_for_next(epic: Epic) -> str | None:
    pending = [task for task in epic.tasks if task.status is TaskStatus.PENDING]
    if not pending:
        return None
    task = pending[0]
    if task.retry_at:
        return f"task {task.number}: tried again at {clock(task.retry_at)}"
    return f"task {task.number}: its launch"


def _tasks_to_be(epic: Epic) -> tuple[Task, ...]:
    """Return the tasks that the approved text would give; their numbers are not fixed yet."""
    items = parse_checklist(epic.body).items
    return tuple(
        Task(
            number=number,
            title=item.title,
            status=TaskStatus.COMPLETED if item.done else TaskStatus.PENDING,
        )
        for number, item in enumerate(items, 1)
    )


def _task_standing(task: Task) -> TaskStanding:
    return TaskStanding(
        number=task.number,
        title=task.title,
        status=task.status,
        agent_url=task.run.url if task.run else None,
        pull_request_number=task.pull_request_number,
        pull_request_url=task.pull_request.url if task.pull_request else None,
        duration=_seconds(task.started_at, task.ended_at),
        base_sha=task.base_sha,
        merge_sha=task.merge_sha,
        waiting_for=task.waiting_for,
        failure=task.failure,
        retry_at=task.retry_at,
        retries=task.retries_used,
    )


def _statistics(epic: Epic, tasks: Sequence[Task]) -> Statistics:
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
        duration=_seconds(epic.started_at, epic.ended_at),
    )


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return max(0, int((end - start).total_seconds())) if start and end else None


def _expected_end(epic: Epic, now: datetime) -> datetime | None:
    """Guess from the tasks that are done; a guess that has passed is not shown.

    It moves only when a task starts or ends, so that the comment does not change by itself.
    """
    took = [
        seconds
        for task in epic.tasks
        if task.merge_sha and (seconds := _seconds(task.started_at, task.ended_at)) is not None
    ]
    left = sum(not task.status.is_final for task in epic.tasks)
    since = max((task.started_at for task in epic.tasks if task.started_at), default=None)
    if epic.status is not EpicStatus.ACTIVE or not took or not left or since is None:
        return None
    end = since + timedelta(seconds=left * sum(took) / len(took))
    return end if end > now else None
