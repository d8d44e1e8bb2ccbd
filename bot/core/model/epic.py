"""The facts of one epic, as stored: what everything is decided from."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.model.agent_run import AgentRun
from bot.core.model.calls import Call
from bot.core.model.identifiers import (
    CommitSha,
    EpicStatus,
    Login,
    RepositoryName,
    RunId,
    TaskStatus,
)
from bot.core.model.interruptions import Interruption
from bot.core.model.kept_branch import KeptBranch
from bot.core.model.known_base import KnownBase
from bot.core.model.mistakes import ChecklistMistake, SettingsMistake
from bot.core.model.money import Money
from bot.core.model.options import TaskPriority
from bot.core.model.plan import Plan
from bot.core.model.reasons import Hold, Pause
from bot.core.model.reference import Referenced
from bot.core.model.settings import (
    DEFAULT_MODEL,
    EpicSettings,
    MergeWhen,
    OnFailure,
    Overrides,
)
from bot.core.model.task import FINAL_PULL_REQUEST, Task
from bot.core.model.text_shown import TextShown

# What others need not wait for any more.
_SETTLED = (TaskStatus.COMPLETED, TaskStatus.SKIPPED)
_RANKS = {TaskPriority.HIGH: 0, TaskPriority.NORMAL: 1, None: 1, TaskPriority.LOW: 2}


@dataclass(frozen=True, kw_only=True)
class Epic:
    """One issue that Orchestra works through.

    `activated` is false until somebody who may has labelled or started it: until then the row only
    lets commands on that issue be answered. `token` makes branch names and run ids unlike those of
    any other epic, also in a new database. `body` is the approved text, `body_written` the one we
    last wrote into the issue. `edit_not_used_by` edited it last without being heard.

    `settings` are those in force: the repository's file with `overrides` over it; the file's
    mistakes are `settings_mistakes`. `start_at` is the time of a scheduled start. `base_red` lists
    the checks that fail on the base branch, `revert_offered` is the merge for which a revert was
    offered. `pausing`: `pausing_by` asked for a pause once the running task has ended.
    `unreachable` says why nothing can be written on GitHub. `has_epic_branch`: tasks go into a
    branch of the epic's own, which exists once `base_is_ready`. `steered_by` are those whose
    commands changed something. `kept_branches` were not deleted when their tasks were done.
    `calls` are the states over which people were called. `referenced` are the issues that tasks are
    about, as they were when the text was approved.
    `slot_wanted_since`: a task could be launched if other epics' agents left room for one.
    """

    id: int
    token: str
    repository: RepositoryName
    default_branch: str
    issue_number: int
    status: EpicStatus = EpicStatus.PENDING
    activated: bool = False
    title: str = ""
    goal: str = ""
    body: str = ""
    body_written: str | None = None
    mistakes: tuple[ChecklistMistake, ...] = ()
    settings_mistakes: tuple[SettingsMistake, ...] = ()
    approved_at: datetime | None = None
    edit_not_used_by: Login | None = None
    edit_not_used_at: datetime | None = None
    text_shown: TextShown | None = None
    unprotected_base: bool = False
    base_branch: str | None = None
    has_epic_branch: bool = False
    base_is_ready: bool = True
    base_red: tuple[str, ...] = ()
    revert_offered: CommitSha | None = None
    known_base: KnownBase = field(default_factory=KnownBase)
    kept_branches: tuple[KeptBranch, ...] = ()
    calls: tuple[Call, ...] = ()
    unreachable: Interruption | None = None
    settings: EpicSettings = field(default_factory=EpicSettings)
    overrides: Overrides = field(default_factory=Overrides)
    referenced: Referenced = field(default_factory=Referenced)
    plan: Plan | None = None
    money: Money = field(default_factory=Money)
    start_at: datetime | None = None
    started_by: Login | None = None
    steered_by: tuple[Login, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    pausing: bool = False
    pausing_by: Login | None = None
    pause: Pause | None = None
    slot_wanted_since: datetime | None = None
    throttled_until: datetime | None = None
    throttled_by: str | None = None
    hold: Hold | None = None
    progress_comment_id: int | None = None
    progress_updated_at: datetime | None = None
    due_at: datetime | None = None
    created_at: datetime | None = None
    tasks: tuple[Task, ...] = ()

    @property
    def base(self) -> str:
        """The branch that tasks are merged into."""
        return self.base_branch or self.default_branch

    @property
    def follows_its_text(self) -> bool:
        """Whether an edit of the issue means anything."""
        return self.activated and not self.status.is_final

    def base_of(self, task: Task) -> str:
        """Return the branch that the task's pull request goes into."""
        return self.default_branch if task.is_final_pull_request else self.base

    def settings_for(self, task: Task) -> EpicSettings:
        """Return the settings that apply to the task.

        What its line says goes before what the epic has. The final pull request has no agent that
        could be sent back to it, and carries the whole epic: a person approves it, unless `set`
        says otherwise for the epic.
        """
        if not task.is_final_pull_request:
            return task.options.over(self.settings)
        merge_when = self.overrides.merge_when or MergeWhen.APPROVED
        return replace(self.settings, merge_when=merge_when, ci_fixes=0, conflict_fixes=0)

    def model_for(self, task: Task) -> str | None:
        """Return the model that the task's agents are launched with, None: the provider's own."""
        model = task.options.model or self.settings.model_for(task.options.complexity)
        return None if model == DEFAULT_MODEL else model

    @property
    def checklist_tasks(self) -> tuple[Task, ...]:
        """The tasks that stand in the checklist."""
        return tuple(task for task in self.tasks if not task.is_final_pull_request)

    @property
    def final_pull_request(self) -> Task | None:
        """The task that merges the epic's own branch into the default branch."""
        return self.task(FINAL_PULL_REQUEST)

    @property
    def steerers(self) -> tuple[Login, ...]:
        """Who started or steered it."""
        return (*((self.started_by,) if self.started_by else ()), *self.steered_by)

    @property
    def last_merge(self) -> Task | None:
        """The task that was merged into `base` last."""
        merged = [task for task in self.checklist_tasks if task.merge_sha and task.ended_at]
        return max(merged, key=lambda task: (task.ended_at, task.number), default=None)

    @property
    def needed_merge(self) -> CommitSha | None:
        """The merge that `base` has to contain, unless people know that it does not."""
        last = self.last_merge
        sha = last.merge_sha if last else None
        return None if sha == self.known_base.lost else sha

    def task(self, number: int) -> Task | None:
        """Return the task of that number."""
        return next((task for task in self.tasks if task.number == number), None)

    def with_task(self, task: Task) -> "Epic":
        """Return the epic with `task` in place of the task of the same number."""
        return replace(
            self, tasks=tuple(task if old.number == task.number else old for old in self.tasks)
        )

    def under_way(self) -> Iterator[Task]:
        """Yield the tasks that an agent, a pull request or a merge is under way for."""
        return (task for task in self.tasks if task.status.is_under_way)

    def stuck(self) -> tuple[Task, ...]:
        """Return the failed tasks that keep the epic from continuing as it is.

        They have no pull request in which a person could have fixed anything.
        """
        if self.settings.on_failure is OnFailure.CONTINUE:
            return ()
        failed = (task for task in self.checklist_tasks if task.status is TaskStatus.FAILED)
        return tuple(task for task in failed if task.pull_request_number is None)

    def pending(self) -> tuple[Task, ...]:
        """Return the tasks that wait for their launch, in the order of the checklist."""
        pending = (task for task in self.tasks if task.status is TaskStatus.PENDING)
        return tuple(sorted(pending, key=lambda task: (task.position, task.number)))

    def ready(self) -> tuple[Task, ...]:
        """Return the pending tasks that wait for no other: the first in line comes first.

        What was left out is not waited for. A list that is done one by one keeps its order.
        """
        open_tasks = {task.number for task in self.tasks if task.status not in _SETTLED}
        ready = tuple(task for task in self.pending() if open_tasks.isdisjoint(task.options.after))
        if self.settings.max_parallel == 1:
            return ready
        return tuple(sorted(ready, key=lambda task: _RANKS[task.options.priority]))

    def next_task(self) -> Task | None:
        """Return the task that is launched next."""
        return next(iter(self.ready()), None)

    def find_run(self, run_id: RunId) -> tuple[Task, AgentRun] | None:
        """Return the task and run of that id."""
        for task in self.tasks:
            for run in task.runs:
                if run.id == run_id:
                    return task, run
        return None
