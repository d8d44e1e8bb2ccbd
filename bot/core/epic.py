"""The facts of one epic, as stored: what everything is decided from."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.core.identifiers import (
    AgentStatus,
    CommitSha,
    EpicStatus,
    Login,
    RepositoryName,
    RunId,
    TaskStatus,
)
from bot.core.settings import EpicSettings


class PauseCause(StrEnum):
    """Why an epic is paused; a person's pause is lifted by `resume` alone."""

    PERSON = "person"
    FAILURE = "failure"


@dataclass(frozen=True, kw_only=True)
class AgentRun:
    """One launch of an agent for a task.

    A follow-up is a further turn of the same run. `running_since_turn` tells whether the agent was
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
    turn: int = 1
    turn_at: datetime | None = None
    running_since_turn: bool = False
    cursor_run_id: str | None = None
    stop_requested: bool = False
    lost: bool = False
    summary: str | None = None
    launched_at: datetime | None = None
    deadline: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """What was last seen of a task's pull request, and what was asked for.

    `head_seen_at` is when we first saw this head: a commit's own time is its author's to choose.
    """

    number: int
    url: str
    head_sha: CommitSha
    head_seen_at: datetime | None = None
    is_draft: bool = False
    is_open: bool = True
    merge_uuid: str | None = None
    refused_merges: int = 0
    looks: int = 0


@dataclass(frozen=True, kw_only=True)
class Task:
    """One checklist item. Its number is given when the epic starts and never moves.

    `failure` says why the task failed, in words for people; `waiting_for` what it waits for.
    `pushed_branch` is the last branch with an agent's commits but no pull request: a new agent goes
    on from there. `same_title_before` tells items of the same title apart, counted from the top.
    """

    number: int
    title: str
    description: str = ""
    same_title_before: int = 0
    status: TaskStatus = TaskStatus.PENDING
    attempts: int = 0
    retries_used: int = 0
    failure: str | None = None
    waiting_for: str | None = None
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
    look_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    runs: tuple[AgentRun, ...] = ()

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

    `recognised` is false until somebody who may has labelled or started it: such a row only gives
    commands on that issue a place to be answered from. `token` makes branch names and run ids
    unlike those of any other epic, also after the database was made anew. `body` is the approved
    text, `body_written` the one we last wrote into the issue.
    """

    id: int
    token: str
    repository: RepositoryName
    default_branch: str
    issue_number: int
    status: EpicStatus = EpicStatus.PENDING
    recognised: bool = False
    title: str = ""
    goal: str = ""
    body: str = ""
    body_written: str | None = None
    mistakes: tuple[str, ...] = ()
    edit_not_used_by: Login | None = None
    unguarded_base: bool = False
    base_branch: str | None = None
    settings: EpicSettings = field(default_factory=EpicSettings)
    started_by: Login | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    pausing: bool = False
    pause_cause: PauseCause | None = None
    pause_reason: str | None = None
    throttled_until: datetime | None = None
    throttled_by: str | None = None
    progress_comment_id: int | None = None
    progress_shown_at: datetime | None = None
    look_at: datetime | None = None
    created_at: datetime | None = None
    tasks: tuple[Task, ...] = ()

    @property
    def base(self) -> str:
        """The branch that tasks are merged into."""
        return self.base_branch or self.default_branch

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

    def find_run(self, run_id: RunId) -> tuple[Task, AgentRun] | None:
        """The task and run of that id."""
        for task in self.tasks:
            for run in task.runs:
                if run.id == run_id:
                    return task, run
        return None
