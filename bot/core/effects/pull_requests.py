"""What is asked about tasks' pull requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.core.effects.base import Cancellable, Effect, Urgency
from bot.core.model.identifiers import CommitSha, Login, RunId
from bot.core.model.observations import Check


@dataclass(frozen=True, kw_only=True)
class FetchWork(Effect):
    """Find what a task's agent left on GitHub: its pull request, or commits on its branch.

    `pull_request` is the one that is known. The agent's provider may report another branch or pull
    request than it was given: they count if they came after `since`, when it was launched.
    """

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("task",)
    repeats: ClassVar[bool] = True
    reads: ClassVar[bool] = True
    task: int
    run: RunId
    branch: str
    base: str
    pull_request: int | None = None
    reported_pull_request: int | None = None
    reported_branch: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class FetchPullRequest(Effect):
    """Read the task's pull request, its checks and the rules of its base."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("number",)
    repeats: ClassVar[bool] = True
    reads: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.FETCH
    task: int
    number: int
    base: str


@dataclass(frozen=True, kw_only=True)
class OpenPullRequest(Effect):
    """Open the pull request for commits that an agent left without one, or for the epic's own."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("branch",)
    repeats: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.WORK
    task: int
    branch: str
    base: str


@dataclass(frozen=True, kw_only=True)
class MarkReady(Effect):
    """Take the pull request out of draft."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("number",)
    repeats: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.WORK
    task: int
    number: int
    node_id: str


@dataclass(frozen=True, kw_only=True)
class UpdateBranch(Effect):
    """Merge the base into the pull request's branch, guarded by the head that was seen."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("number",)
    repeats: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.WORK
    task: int
    number: int
    head: CommitSha


@dataclass(frozen=True, kw_only=True)
class EditPullRequestBody(Effect):
    """Replace closing keywords that name the epic in the pull request's text."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("number",)
    repeats: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.WORK
    task: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ClosePullRequest(Effect):
    """Close a pull request that is not wanted any more."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    identity: ClassVar[tuple[str, ...]] = ("number",)
    repeats: ClassVar[bool] = True
    number: int


@dataclass(frozen=True, kw_only=True)
class RerunJobs(Effect):
    """Run the failed jobs of a head once more, as they may be flaky, or whole workflow `runs`."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("task", "head")
    cancellable: ClassVar[Cancellable | None] = Cancellable.WORK
    task: int
    head: CommitSha
    jobs: tuple[int, ...] = ()
    runs: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FetchFailures(Effect):
    """Read why checks of a head failed, and whether the agent works on it already."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("task",)
    repeats: ClassVar[bool] = True
    reads: ClassVar[bool] = True
    task: int
    head: CommitSha
    checks: tuple[Check, ...]
    agent_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class FetchReviews(Effect):
    """Read what reviewers ask to be changed."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("number",)
    repeats: ClassVar[bool] = True
    reads: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.FETCH
    task: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ReplyToThread(Effect):
    """Answer a reviewer's comment with the commit that answers it."""

    urgency: ClassVar[Urgency] = Urgency.ANSWER
    identity: ClassVar[tuple[str, ...]] = ("comment_id", "head")
    number: int
    comment_id: int
    head: CommitSha


@dataclass(frozen=True, kw_only=True)
class RequestReview(Effect):
    """Ask a reviewer for another review."""

    urgency: ClassVar[Urgency] = Urgency.ANSWER
    identity: ClassVar[tuple[str, ...]] = ("number", "login", "head")
    number: int
    login: Login
    head: CommitSha
