"""One epic as people are shown it: what comment, API and page are all drawn from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.core.budget import cost, epic_budget, estimate, spent
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.kept_branch import KeptBranch
from bot.core.model.mistakes import ChecklistMistake, SettingsMistake
from bot.core.model.money import Micros
from bot.core.model.notices import Notice
from bot.core.model.options import TaskOptions
from bot.core.model.plan import Plan
from bot.core.model.reasons import Failure, Hold, Pause, Wait
from bot.core.model.settings import (
    DEFAULT_MODEL,
    EpicSettings,
    MergeWhen,
    Rule,
    TaskSource,
)
from bot.core.model.task import FINAL_PULL_REQUEST, Task
from bot.core.model.terms import Terms
from bot.core.model.ways import Way
from bot.core.prompts.task_prompt import goal_words, task_words
from bot.core.text.checklist import Checklist
from bot.core.text.references import listed_tasks, text_of, with_blockers
from bot.core.ways_on import ways_for_task, ways_on
from bot.rendering.log_lines import log_line
from bot.rendering.statistics import Statistics, expected_end, seconds_between, statistics


class LogEntry(Protocol):
    """One line of the epic's log; `task` is the task's number where it is about one."""

    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def task(self) -> int | None: ...  # noqa: D102
    @property
    def notice(self) -> Notice: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class LogText:
    """One line of the epic's log."""

    at: datetime
    task: int | None
    text: str


@dataclass(frozen=True, kw_only=True)
class TaskView:
    """How one task stands. `duration` is in seconds, None until the task has ended.

    `agent_works` tells whether its latest agent is at work, `agent_said` holds that agent's last
    words. `ways` are the commands about this task that would be accepted now.
    """

    number: int
    title: str
    status: TaskStatus
    agent_url: str | None
    agent_works: bool
    agent_since: datetime | None
    agent_said: str | None
    pull_request_number: int | None
    pull_request_url: str | None
    started_at: datetime | None
    ended_at: datetime | None
    duration: int | None
    cost: Micros
    options: TaskOptions
    base_sha: str | None
    merge_sha: str | None
    wait: Wait | None
    needs_person: bool
    failure: Failure | None
    retry_at: datetime | None
    retries: int
    ways: tuple[Way, ...]

    @property
    def is_final_pull_request(self) -> bool:
        """True for the pull request that merges an epic's own branch."""
        return self.number == FINAL_PULL_REQUEST

    @property
    def done_before(self) -> bool:
        """True for what was ticked by hand."""
        return self.status is TaskStatus.COMPLETED and not self.merge_sha


@dataclass(frozen=True, kw_only=True)
class EpicView:
    """How one epic stands. Texts are as people wrote them, nothing is escaped; times are UTC.

    `now` is the time of the view. `tasks` are in the order of the work, without the final pull
    request, which is none of them. `settings` are those that are not the default, each with its
    value. `grace` is in seconds. `from_sub_issues`: the settings say that tasks are sub-issues.
    `spent` is what agents have cost, `budget` what they may, and `estimate` what they may yet come
    to, None where nothing is to be done or has a price. `given` is what agents will be given,
    before the start. `next_task` is launched next. `can_plan`: a language model may be asked for a
    checklist. `ways` are the commands about the epic that would be accepted now.
    """

    id: int
    now: datetime
    repository: str
    issue_number: int
    title: str
    status: EpicStatus
    base_branch: str
    base_is_ready: bool
    base_red: tuple[str, ...]
    base_unfinished: tuple[str, ...]
    default_branch: str
    has_epic_branch: bool
    start_at: datetime | None
    started_by: str | None
    started_at: datetime | None
    ended_at: datetime | None
    expected_end: datetime | None
    pausing: bool
    pause: Pause | None
    throttled_until: datetime | None
    throttled_by: str | None
    hold: Hold | None
    from_sub_issues: bool
    criteria: int
    nested: int
    given: tuple[tuple[int, str], ...]
    mistakes: tuple[ChecklistMistake, ...]
    settings_mistakes: tuple[SettingsMistake, ...]
    edit_not_used_by: str | None
    unprotected_base: bool
    who_may_start: Rule
    who_may_plan: Rule
    merge_when: MergeWhen
    grace: int
    settings: tuple[tuple[str, str], ...]
    mention: bool
    next_task: int | None
    tasks: tuple[TaskView, ...]
    final_pull_request: TaskView | None
    statistics: Statistics
    max_parallel: int
    spent: Micros
    budget: Micros
    estimate: Micros | None
    kept_branches: tuple[KeptBranch, ...]
    plan: Plan | None
    can_plan: bool
    ways: tuple[Way, ...]
    log: tuple[LogText, ...]

    @property
    def all_tasks(self) -> tuple[TaskView, ...]:
        """The tasks, and the final pull request after them."""
        return (*self.tasks, self.final_pull_request) if self.final_pull_request else self.tasks

    def task(self, number: int | None) -> TaskView | None:
        """Return the task of that number."""
        return next((task for task in self.all_tasks if task.number == number), None)

    def payload(self) -> dict[str, Any]:
        """Return the same as plain values, ready for JSON but for the times."""
        return asdict(self)


def epic_view(
    epic: Epic, now: datetime, log: Sequence[LogEntry] = (), terms: Terms | None = None
) -> EpicView:
    """Say how the epic stands; `log` holds its last lines, oldest first, `terms` the prices."""
    tasks = _in_order(epic) or _tasks_to_be(epic)
    final, boxes = epic.final_pull_request, _boxes(epic)
    following = epic.next_task()
    return EpicView(
        id=epic.id,
        now=now,
        repository=str(epic.repository),
        issue_number=epic.issue_number,
        title=epic.title,
        status=epic.status,
        base_branch=epic.base,
        base_is_ready=epic.base_is_ready,
        base_red=epic.base_red,
        base_unfinished=epic.known_base.unfinished,
        default_branch=epic.default_branch,
        has_epic_branch=epic.has_epic_branch,
        start_at=epic.start_at,
        started_by=epic.started_by,
        started_at=epic.started_at,
        ended_at=epic.ended_at,
        expected_end=expected_end(epic, now),
        pausing=epic.pausing,
        pause=epic.pause,
        throttled_until=epic.throttled_until,
        throttled_by=epic.throttled_by,
        hold=epic.hold,
        from_sub_issues=epic.settings.task_source is TaskSource.SUB_ISSUES,
        criteria=boxes.criteria,
        nested=boxes.nested,
        given=_given(epic),
        mistakes=epic.mistakes,
        settings_mistakes=epic.settings_mistakes,
        edit_not_used_by=epic.edit_not_used_by,
        unprotected_base=epic.unprotected_base,
        who_may_plan=epic.settings.permissions.rule_for("plan"),
        who_may_start=epic.settings.permissions.rule_for("start"),
        merge_when=epic.settings.merge_when,
        grace=epic.settings.grace,
        settings=_not_usual(epic.settings),
        mention=epic.settings.mention,
        next_task=following.number if following else None,
        tasks=tuple(_task_view(epic, task) for task in tasks),
        final_pull_request=_task_view(epic, final) if final else None,
        statistics=statistics(epic, tasks),
        max_parallel=epic.settings.max_parallel,
        spent=spent(epic),
        budget=epic_budget(epic),
        estimate=estimate(epic, tasks, terms or Terms()),
        kept_branches=epic.kept_branches,
        plan=epic.plan,
        can_plan=terms is not None and terms.can_plan,
        ways=ways_on(epic),
        log=tuple(LogText(at=line.at, task=line.task, text=log_line(line.notice)) for line in log),
    )


def _in_order(epic: Epic) -> tuple[Task, ...]:
    return tuple(sorted(epic.checklist_tasks, key=lambda task: (task.position, task.number)))


def _not_usual(settings: EpicSettings) -> tuple[tuple[str, str], ...]:
    """Return what `set` can change, where it is not the default; by the names that `set` takes."""
    usual = EpicSettings()
    pairs = (
        ("model", settings.model, DEFAULT_MODEL),
        ("merge", settings.merge_when, usual.merge_when),
        ("on_failure", settings.on_failure, usual.on_failure),
        ("priority", settings.priority, usual.priority),
        ("max_parallel", str(settings.max_parallel), str(usual.max_parallel)),
    )
    return tuple((name, value) for name, value, default in pairs if value and value != default)


def _boxes(epic: Epic) -> Checklist:
    """Return what of the checklist is no task of its own, as long as that is news."""
    body = epic.body if epic.status is EpicStatus.PENDING else ""
    return listed_tasks(body, epic.referenced, epic.repository)


def _given(epic: Epic) -> tuple[tuple[int, str], ...]:
    """Return what agents will be given: the goal, numbered 0, and the words of each open task."""
    if epic.status is not EpicStatus.PENDING or epic.mistakes or epic.settings_mistakes:
        return ()
    tasks = [task for task in _tasks_to_be(epic) if task.status is TaskStatus.PENDING]
    return ((0, goal_words(epic)), *((task.number, task_words(task)) for task in tasks))


def _tasks_to_be(epic: Epic) -> tuple[Task, ...]:
    """Return the tasks that the approved text would give; their numbers are not fixed yet."""
    items = listed_tasks(epic.body, epic.referenced, epic.repository).items
    numbered = with_blockers(tuple(enumerate(items, 1)), epic.referenced, epic.repository)
    return tuple(
        Task(
            number=number,
            **vars(text_of(item, epic.referenced, epic.repository)),
            status=TaskStatus.COMPLETED if item.done else TaskStatus.PENDING,
        )
        for number, item in numbered
    )


def _task_view(epic: Epic, task: Task) -> TaskView:
    run = task.run
    works = run is not None and not (run.status.is_final or run.stop_requested or run.lost)
    return TaskView(
        number=task.number,
        title=task.title,
        status=task.status,
        agent_url=run.url if run else None,
        agent_works=works,
        agent_since=run.launched_at if run else None,
        agent_said=run.summary if run else None,
        pull_request_number=task.pull_request_number,
        pull_request_url=task.pull_request.url if task.pull_request else None,
        started_at=task.started_at,
        ended_at=task.ended_at,
        duration=seconds_between(task.started_at, task.ended_at),
        cost=cost(task),
        options=task.options,
        base_sha=task.base_sha,
        merge_sha=task.merge_sha,
        wait=task.wait,
        needs_person=task.needs_person,
        failure=task.failure,
        retry_at=task.retry_at,
        retries=task.retries_used,
        ways=ways_for_task(epic, task),
    )
