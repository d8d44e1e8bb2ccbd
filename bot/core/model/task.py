"""One item of the checklist, and all that is known about it."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.model.agent_run import AgentRun
from bot.core.model.fixes import Fixes
from bot.core.model.identifiers import CommitSha, TaskStatus
from bot.core.model.options import TaskOptions
from bot.core.model.pull_request import PullRequest
from bot.core.model.pushes import Push
from bot.core.model.reasons import Failure, FailureKind, Wait
from bot.core.model.reference import Reference

FINAL_PULL_REQUEST = 0


@dataclass(frozen=True, kw_only=True)
class Task:
    """One checklist item. Its number is given when the epic starts and never moves.

    `options` are what its line says beside its text, `reference` the issue that the line is about.
    `listed_title` is what its line was changed to after it was started. `failure` says why the task
    failed, `wait` what it waits for, and `needs_person` that only a person ends the wait.
    `feedback` is what its agent is sent back with. `merge_now`: a person asked for the merge
    whatever the policy says. `pushed_branch` is the last branch with an agent's commits but no pull
    request: a new agent continues from there. `same_title_before` tells items of the same title
    apart, counted from the top; `position` is the place in the checklist, which is the order of the
    work.
    """

    number: int
    position: int = 0
    title: str
    description: str = ""
    options: TaskOptions = field(default_factory=TaskOptions)
    reference: Reference | None = None
    listed_title: str | None = None
    same_title_before: int = 0
    status: TaskStatus = TaskStatus.PENDING
    attempts: int = 0
    retries_used: int = 0
    failure: Failure | None = None
    wait: Wait | None = None
    needs_person: bool = False
    feedback: str | None = None
    merge_now: bool = False
    fixes: Fixes = field(default_factory=Fixes)
    branch: str | None = None
    pushed_branch: str | None = None
    pushes: tuple[Push, ...] = ()
    base_sha: CommitSha | None = None
    pull_request_number: int | None = None
    pull_request: PullRequest | None = None
    check_run_id: int | None = None
    check_run_sha: CommitSha | None = None
    merge_sha: CommitSha | None = None
    summary: str | None = None
    retry_at: datetime | None = None
    due_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    runs: tuple[AgentRun, ...] = ()

    @property
    def line_title(self) -> str:
        """The title that its line in the checklist has now."""
        return self.listed_title or self.title

    @property
    def is_final_pull_request(self) -> bool:
        """True for the pull request that merges an epic's own branch: a task without an agent."""
        return self.number == FINAL_PULL_REQUEST

    @property
    def may_have_work(self) -> bool:
        """True where it failed because nothing was seen of its agent's work, which may be late."""
        return self.failure is not None and self.failure.kind is FailureKind.NOTHING_CHANGED

    @property
    def run(self) -> AgentRun | None:
        """The latest agent run."""
        return self.runs[-1] if self.runs else None

    def with_run(self, run: AgentRun) -> "Task":
        """Return the task with `run` in place of the run of the same id, or added."""
        others = tuple(old for old in self.runs if old.id != run.id)
        return replace(self, runs=tuple(sorted((*others, run), key=lambda one: one.attempt)))

    def is_current(self, run: AgentRun) -> bool:
        """Tell whether the task is at work with that run."""
        latest = self.run
        return self.status is TaskStatus.PROCESSING and latest is not None and latest.id == run.id
