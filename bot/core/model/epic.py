"""The facts of one epic, as stored: what everything is decided from."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.core.model.identifiers import (
    AgentStatus,
    CommitSha,
    EpicStatus,
    Login,
    RepositoryName,
    RunId,
    TaskStatus,
)
from bot.core.model.settings import EpicSettings, OnFailure, Overrides

FINAL_PULL_REQUEST = 0


class PauseCause(StrEnum):
    """Why an epic is paused; a person's pause is lifted by `resume` alone."""

    PERSON = "person"
    FAILURE = "failure"


@dataclass(frozen=True, kw_only=True)
class AgentRun:
    """One launch of an agent for a task.

    A follow-up is a further turn of the same run. `running_since_prompt` tells whether the agent was
    seen at work since the last prompt: Cursor's v0 keeps saying FINISHED until it wakes.
    """

    id: RunId
    task_number: int
    attempt: int
    branch: str
    start_ref: str
    agent_id: str | None = None
    url: str | None = None
    status: AgentStatus = AgentStatus.CREATING
    prompt_index: int = 1
    prompted_at: datetime | None = None
    running_since_prompt: bool = False
    cursor_run_id: str | None = None
    stop_requested: bool = False
    lost: bool = False
    summary: str | None = None
    launched_at: datetime | None = None
    deadline: datetime | None = None
    ended_at: datetime | None = None


class FixKind(StrEnum):
    """Why an agent is sent back to its own pull request."""

    CHECKS = "checks"
    REVIEW = "review"
    CONFLICT = "conflict"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Fixes:
    """How often, and over what, a task's agent was sent back to its own pull request.

    `under_way` is why it is at work again, from `head`. Once per head: its failed checks are told
    (`checked_head`), its failed jobs run once more (`rerun_head`), and the base is merged into it
    (`updated_head`). `reviews` were given to an agent, the latest on `reviewed_head`; once one has
    pushed, the comments `threads` are answered and `reviewers` asked to look again. `queued_instruction` is
    what a person wants it told once its turn is over.
    """

    checks: int = 0
    review: int = 0
    conflict: int = 0
    under_way: FixKind | None = None
    head: CommitSha | None = None
    checked_head: CommitSha | None = None
    rerun_head: CommitSha | None = None
    updated_head: CommitSha | None = None
    reviewed_head: CommitSha | None = None
    reviews: tuple[int, ...] = ()
    threads: tuple[int, ...] = ()
    reviewers: tuple[Login, ...] = ()
    queued_instruction: str | None = None

    def reset(self) -> "Fixes":
        """What a person asks for again may send its agent back as often as at first.

        The reviewers whose words it was given still wait to be answered.
        """
        return replace(
            self,
            checks=0,
            review=0,
            conflict=0,
            checked_head=None,
            rerun_head=None,
            updated_head=None,
        )


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """What was last seen of a task's pull request, and what was asked for.

    `head_seen_at` is when we first saw this head: a commit's own time is its author's to choose.
    `red_at` is when its checks were first seen failed. `merge_base` and `is_up_to_date` were found for
    this head and the base's head `base_head`. `is_queued`: in the merge queue. `called_off` counts
    how often it was taken out of there, or auto-merge switched off, by us. `auto_merge_requested`: we
    asked for auto-merge, and still want it. `refusal` is why GitHub refused to merge this head,
    `merge_forbidden` that it takes no merge of it from us at all. `update_asked_at` is when it was
    asked to bring the branch up to date, `update_refusal` why it would not. `unknown_fetches` counts
    the looks in a row at which it had not worked out whether the head can be merged.
    """

    number: int
    url: str
    head_sha: CommitSha
    node_id: str = ""
    head_branch: str = ""
    head_seen_at: datetime | None = None
    red_at: datetime | None = None
    base_head: CommitSha | None = None
    merge_base: CommitSha | None = None
    is_queued: bool = False
    auto_merge: bool = False
    is_draft: bool = False
    is_open: bool = True
    merge_uuid: str | None = None
    auto_merge_requested: bool = False
    refused_merges: int = 0
    refused_auto_merges: int = 0
    refusal: str | None = None
    merge_forbidden: bool = False
    update_asked_at: datetime | None = None
    update_refusal: str | None = None
    called_off: int = 0
    unknown_fetches: int = 0
    fetches: int = 0

    def reset(self) -> "PullRequest":
        """What a person asks for again is tried again, whatever GitHub said to it before."""
        return replace(self, refusal=None, merge_forbidden=False)

    @property
    def merge_attempt(self) -> int:
        """Tells one merge of the same head from the next."""
        return self.refused_merges + self.refused_auto_merges + self.called_off


@dataclass(frozen=True, kw_only=True)
class Task:
    """One checklist item. Its number is given when the epic starts and never moves.

    `failure` says why the task failed, in words for people; `waiting_for` what it waits for, and
    `needs_person` that only a person ends that. `feedback` is what its agent is sent back with.
    `merge_now`: a person asked for the merge whatever the policy says.
    `pushed_branch` is the last branch with an agent's commits but no pull request: a new agent goes
    on from there. `same_title_before` tells items of the same title apart, counted from the top;
    `position` is its place in the checklist, which is the order of the work.
    """

    number: int
    position: int = 0
    title: str
    description: str = ""
    same_title_before: int = 0
    status: TaskStatus = TaskStatus.PENDING
    attempts: int = 0
    retries_used: int = 0
    failure: str | None = None
    waiting_for: str | None = None
    needs_person: bool = False
    feedback: str | None = None
    merge_now: bool = False
    fixes: Fixes = Fixes()
    branch: str | None = None
    pushed_branch: str | None = None
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
    def is_final_pull_request(self) -> bool:
        """True for the pull request that brings an epic branch home: a task with no agent."""
        return self.number == FINAL_PULL_REQUEST

    @property
    def name(self) -> str:
        """What a sentence calls it."""
        return "the final pull request" if self.is_final_pull_request else f"task {self.number}"

    @property
    def run(self) -> AgentRun | None:
        """The latest agent run."""
        return self.runs[-1] if self.runs else None

    def with_run(self, run: AgentRun) -> "Task":
        """The task with `run` in place of the run of the same id, or added."""
        others = tuple(old for old in self.runs if old.id != run.id)
        return replace(self, runs=tuple(sorted((*others, run), key=lambda one: one.attempt)))


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
    mistakes: tuple[str, ...] = ()
    settings_mistakes: tuple[str, ...] = ()
    edit_not_used_by: Login | None = None
    unprotected_base: bool = False
    base_branch: str | None = None
    has_epic_branch: bool = False
    base_is_ready: bool = True
    base_red: str | None = None
    revert_offered: CommitSha | None = None
    unreachable: str | None = None
    settings: EpicSettings = field(default_factory=EpicSettings)
    overrides: Overrides = field(default_factory=Overrides)
    start_at: datetime | None = None
    started_by: Login | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    pausing: bool = False
    pause_cause: PauseCause | None = None
    pause_reason: str | None = None
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
