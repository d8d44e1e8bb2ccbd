"""Merges, and the branches they go into."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.core.effects.base import Cancellable, Effect, Urgency
from bot.core.model.identifiers import CommitSha


@dataclass(frozen=True, kw_only=True)
class MergePullRequest(Effect):
    """Merge the pull request, guarded by the head that was evaluated.

    GitHub guards no base: `fetched_at` is when the fetch began that the merge rests on, and one
    that is too old is not sent. An effect of an earlier version has none. `directly`: by the
    synchronous call, because GitHub refuses us the asynchronous one.
    """

    urgency: ClassVar[Urgency] = Urgency.MERGE
    identity: ClassVar[tuple[str, ...]] = ("number", "head", "attempt")
    irreversible: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.MERGE
    task: int
    number: int
    head: CommitSha
    method: str
    title: str
    message: str
    attempt: int
    fetched_at: datetime | None = None
    directly: bool = False


@dataclass(frozen=True, kw_only=True)
class FetchMerge(Effect):
    """Ask how the merge under `uuid` went."""

    urgency: ClassVar[Urgency] = Urgency.MERGE
    identity: ClassVar[tuple[str, ...]] = ("uuid",)
    repeats: ClassVar[bool] = True
    reads: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.FETCH
    task: int
    number: int
    head: CommitSha
    uuid: str


@dataclass(frozen=True, kw_only=True)
class EnableAutoMerge(Effect):
    """Have GitHub merge the pull request by itself, guarded by the head that was evaluated."""

    urgency: ClassVar[Urgency] = Urgency.MERGE
    identity: ClassVar[tuple[str, ...]] = ("number", "head", "attempt")
    irreversible: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.MERGE
    task: int
    number: int
    node_id: str
    head: CommitSha
    method: str
    title: str
    message: str
    attempt: int
    fetched_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CancelMerge(Effect):
    """Take the pull request out of the merge queue, and switch auto-merge off."""

    urgency: ClassVar[Urgency] = Urgency.STOP
    identity: ClassVar[tuple[str, ...]] = ("number",)
    repeats: ClassVar[bool] = True
    number: int
    node_id: str
    is_queued: bool
    auto_merge: bool


@dataclass(frozen=True, kw_only=True)
class FetchBase(Effect):
    """Read the head of the base branch and its checks, and whether it contains `merge`."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("branch",)
    repeats: ClassVar[bool] = True
    reads: ClassVar[bool] = True
    branch: str
    merge: CommitSha | None = None


@dataclass(frozen=True, kw_only=True)
class RerunBase(Effect):
    """Run the cancelled workflows of the base's head once more."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("head",)
    cancellable: ClassVar[Cancellable | None] = Cancellable.BASE
    branch: str
    head: CommitSha
    runs: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CreateBaseBranch(Effect):
    """Make the epic's own branch from `source`, unless it is there."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("branch",)
    repeats: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.BASE
    branch: str
    source: str


@dataclass(frozen=True, kw_only=True)
class OpenRevert(Effect):
    """Open a pull request that takes the merge of a task's pull request back."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    identity: ClassVar[tuple[str, ...]] = ("number",)
    cancellable: ClassVar[Cancellable | None] = Cancellable.BASE
    task: int
    number: int
    node_id: str
    head_branch: str
    title: str


@dataclass(frozen=True, kw_only=True)
class DeleteBranch(Effect):
    """Delete a merged task's branch, unless other open pull requests need it.

    `is_head` of the pull request that was merged: a repository may delete that by itself.
    """

    urgency: ClassVar[Urgency] = Urgency.CLEAN_UP
    identity: ClassVar[tuple[str, ...]] = ("branch",)
    branch: str
    is_head: bool = False
