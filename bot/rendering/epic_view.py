"""One epic as people are shown it: what comment, API and page are all drawn from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.core.model.epic import FINAL_PULL_REQUEST, Epic, Task
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.settings import DEFAULT_MODEL, EpicSettings, MergeWhen
from bot.core.text.checklist import parse_checklist
from bot.rendering.next_line import waiting_for


class LogEntry(Protocol):
    """One line of the epic's log; `task` is the task's number where it is about one."""

    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def task(self) -> int | None: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class TaskView:
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
class EpicView:
    """How one epic stands. Texts are as people wrote them, nothing is escaped; times are UTC.

    `tasks` are in the order of the work, without the final pull request, which is none of them.
    `settings` are those that are not the default, each with its value. `grace` is in seconds.
    """

    id: int
    repository: str
    issue_number: int
    title: str
    status: EpicStatus
    base_branch: str
    default_branch: str
    has_epic_branch: bool
    start_at: datetime | None
    started_by: str | None
    started_at: datetime | None
    ended_at: datetime | None
    expected_end: datetime | None
    pausing: bool
    waiting_for: str | None
    mistakes: tuple[str, ...]
    settings_mistakes: tuple[str, ...]
    edit_not_used_by: str | None
    unprotected_base: bool
    merge_when: MergeWhen
    grace: int
    settings: tuple[tuple[str, str], ...]
    mention: bool
    tasks: tuple[TaskView, ...]
    final_pull_request: TaskView | None
    statistics: Statistics
    log: tuple[LogText, ...]

    def payload(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON but for the times."""
        return asdict(self)


def epic_view(epic: Epic, now: datetime, log: Sequence[LogEntry] = ()) -> EpicView:
    """Say how the epic stands; `log` holds its last lines, oldest first."""
    tasks = _in_order(epic) or _tasks_to_be(epic)
    final = epic.task(FINAL_PULL_REQUEST)
    return EpicView(
        id=epic.id,
        repository=str(epic.repository),
        issue_number=epic.issue_number,
        title=epic.title,
        status=epic.status,
        base_branch=epic.base,
        default_branch=epic.default_branch,
        has_epic_branch=epic.has_epic_branch,
        start_at=epic.start_at,
        started_by=epic.started_by,
        started_at=epic.started_at,
        ended_at=epic.ended_at,
        expected_end=_expected_end(epic, now),
        pausing=epic.pausing,
        waiting_for=waiting_for(epic, now),
        mistakes=epic.mistakes,
        settings_mistakes=epic.settings_mistakes,
        edit_not_used_by=epic.edit_not_used_by,
        unprotected_base=epic.unprotected_base,
        merge_when=epic.settings.merge_when,
        grace=epic.settings.grace,
        settings=_not_usual(epic.settings),
        mention=epic.settings.mention,
        tasks=tuple(map(_task_view, tasks)),
        final_pull_request=_task_view(final) if final else None,
        statistics=_statistics(epic, tasks),
        log=tuple(LogText(at=line.at, task=line.task, text=line.text) for line in log),
    )


def _in_order(epic: Epic) -> tuple[Task, ...]:
    tasks = (task for task in epic.tasks if not task.is_final_pull_request)
    return tuple(sorted(tasks, key=lambda task: (task.position, task.number)))


def _not_usual(settings: EpicSettings) -> tuple[tuple[str, str], ...]:
    """What `set` can change, where it is not the default; by the names that `set` takes."""
    usual = EpicSettings()
    pairs = (
        ("model", settings.model, DEFAULT_MODEL),
        ("merge", settings.merge_when, usual.merge_when),
        ("on_failure", settings.on_failure, usual.on_failure),
        ("priority", settings.priority, usual.priority),
    )
    return tuple((name, value) for name, value, default in pairs if value and value != default)


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


def _task_view(task: Task) -> TaskView:
    return TaskView(
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
    tasks = _in_order(epic)
    took = [
        seconds
        for task in tasks
        if task.merge_sha and (seconds := _seconds(task.started_at, task.ended_at)) is not None
    ]
    left = sum(not task.status.is_final for task in tasks)
    since = max((task.started_at for task in tasks if task.started_at), default=None)
    if epic.status is not EpicStatus.ACTIVE or not took or not left or since is None:
        return None
    end = since + timedelta(seconds=left * sum(took) / len(took))
    return end if end > now else None
