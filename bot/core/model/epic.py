"""The facts of one epic, as stored: what everything is decided from."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.model.agent_run import AgentRun
from bot.core.model.identifiers import (
    CommitSha,
    EpicStatus,
    Login,
    RepositoryName,
    RunId,
    TaskStatus,
)
from bot.core.model.interruptions import Interruption
from bot.core.model.mistakes import ChecklistMistake, SettingsMistake
from bot.core.model.reasons import Pause
from bot.core.model.settings import EpicSettings, OnFailure, Overrides
from bot.core.model.task import Task


@dataclass(frozen=True, kw_only=True)
class Epic:
    """One issue that Orchestra works through.

    `activated` is false until somebody who may has labelled or started it: such a row only gives
    commands on that issue a place to be answered from. `token` makes branch names and run ids
    unlike those of any other epic, also after the database was made anew. `body` is the approved
    text, `body_written` the one we last wrote into the issue.

    `settings` are those in force: the repository's file with `overrides` over it, whose mistakes
    are `settings_mistakes`. `start_at`: a start that was asked for at that time. `base_red` names
    what fails on the base branch, `revert_offered` is the merge for which a revert was offered.
    `unreachable` says why nothing can be said or done on GitHub. `has_epic_branch`: tasks go into a
    branch of the epic's own, which is there once `base_is_ready`.
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
    edit_not_used_by: Login | None = None
    unprotected_base: bool = False
    base_branch: str | None = None
    has_epic_branch: bool = False
    base_is_ready: bool = True
    base_red: tuple[str, ...] = ()
    revert_offered: CommitSha | None = None
    unreachable: Interruption | None = None
    settings: EpicSettings = field(default_factory=EpicSettings)
    overrides: Overrides = field(default_factory=Overrides)
    start_at: datetime | None = None
    started_by: Login | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    pausing: bool = False
    pause: Pause | None = None
    throttled_until: datetime | None = None
    throttled_by: str | None = None
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
        """The branch that the task's pull request goes into."""
        return self.default_branch if task.is_final_pull_request else self.base

    def task(self, number: int) -> Task | None:
        """The task of that number."""
        return next((task for task in self.tasks if task.number == number), None)

    def with_task(self, task: Task) -> "Epic":
        """The epic with `task` in place of the task of the same number."""
        return replace(
            self, tasks=tuple(task if old.number == task.number else old for old in self.tasks)
        )

    def under_way(self) -> Iterator[Task]:
        """The tasks being seen through."""
        return (task for task in self.tasks if task.status.is_under_way)

    def stuck(self) -> tuple[Task, ...]:
        """The failed tasks that keep the epic from going on as it is.

        Nothing of theirs is on GitHub that a person could have mended.
        """
        if self.settings.on_failure is OnFailure.CONTINUE:
            return ()
        failed = (task for task in self.tasks if task.status is TaskStatus.FAILED)
        return tuple(
            task
            for task in failed
            if task.pull_request_number is None and not task.is_final_pull_request
        )

    def next_task(self) -> Task | None:
        """The pending task that comes first in the checklist."""
        pending = [task for task in self.tasks if task.status is TaskStatus.PENDING]
        return min(pending, key=lambda task: (task.position, task.number), default=None)

    def find_run(self, run_id: RunId) -> tuple[Task, AgentRun] | None:
        """The task and run of that id."""
        for task in self.tasks:
            for run in task.runs:
                if run.id == run_id:
                    return task, run
        return None
