"""What happened to tasks' pull requests."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.events.base import Event
from bot.core.model.identifiers import CommitSha, Login
from bot.core.model.observations import (
    BranchRules,
    CheckFailure,
    ExpectedCheck,
    PullRequestSnapshot,
    ReviewText,
)
from bot.core.model.pushes import Push


@dataclass(frozen=True, kw_only=True)
class PullRequestChanged(Event):
    """Something about a task's pull request, its head or its checks has changed.

    `stirs`: it was edited or pushed to, so that an earlier fetch is no base for a merge.
    `retargeted`: it goes into another branch now. `push` is what was pushed to its branch.
    """

    task: int
    stirs: bool = False
    retargeted: bool = False
    push: Push | None = None


@dataclass(frozen=True, kw_only=True)
class PullRequestFetched(Event):
    """A task's pull request was fetched completely.

    `is_up_to_date`: its head contains the last merge of this epic, and (with `up_to_date: auto`)
    the last one of any epic into its base; `merge_base` is where it left the base. `expected` is
    what ran for earlier pull requests into it. `approved_by_commander` is only asked for where the
    pull request changes what governs the repository. `fetched_at` is when the fetch began.
    `pushes` are those that no webhook told of, `pushers` the people whose pushes count, as far as
    that matters; `held_by` those of them who may not command. `pushes_known` is false where it
    cannot be told who pushed; `push_approved`: somebody who may command and has not pushed has
    approved this head.
    `is_lost`: the base does not contain `merge`, the last one of this epic into it.
    """

    task: int
    snapshot: PullRequestSnapshot
    rules: BranchRules
    expected: tuple[ExpectedCheck, ...] = ()
    own_app_id: int | None = None
    merge_base: CommitSha | None = None
    is_up_to_date: bool = True
    may_change_workflows: bool = False
    approved_by_commander: bool = False
    fetched_at: datetime | None = None
    pushes: tuple[Push, ...] = ()
    pushers: tuple[Login, ...] = ()
    held_by: tuple[Login, ...] = ()
    pushes_known: bool = True
    push_approved: bool = False
    merge: CommitSha | None = None
    is_lost: bool = False


@dataclass(frozen=True, kw_only=True)
class PullRequestOpened(Event):
    """The bot opened the task's pull request, or found it open."""

    task: int
    number: int


@dataclass(frozen=True, kw_only=True)
class PullRequestRefused(Event):
    """GitHub would not open, un-draft or change the task's pull request."""

    task: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class BranchUpdated(Event):
    """GitHub updates the pull request's branch with its base."""

    task: int


@dataclass(frozen=True, kw_only=True)
class UpdateRefused(Event):
    """GitHub cannot update the branch whose head was `head`, maybe for a conflict."""

    task: int
    head: CommitSha
    reason: str
    conflict: bool


@dataclass(frozen=True, kw_only=True)
class JobsRerun(Event):
    """The failed jobs of `head` run once more, unless that was `refused`."""

    task: int
    head: CommitSha
    refused: bool = False


@dataclass(frozen=True, kw_only=True)
class FailuresFetched(Event):
    """Why the first of `total` checks of `head` failed.

    `agent_at_work` when the agent works on it unasked.
    """

    task: int
    head: CommitSha
    failures: tuple[CheckFailure, ...]
    total: int = 0
    agent_at_work: bool = False


@dataclass(frozen=True, kw_only=True)
class ReviewsFetched(Event):
    """What reviewers ask to be changed."""

    task: int
    texts: tuple[ReviewText, ...]
