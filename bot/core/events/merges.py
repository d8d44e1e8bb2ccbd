"""What becomes of merges, and of the branch they go into."""

from dataclasses import dataclass

from bot.core.events.base import Event
from bot.core.model.identifiers import CommitSha
from bot.core.model.observations import BaseBranch, BranchRules


@dataclass(frozen=True, kw_only=True)
class Enqueued(Event):
    """The pull request waits in the merge queue."""

    task: int


@dataclass(frozen=True, kw_only=True)
class AutoMergeSet(Event):
    """GitHub merges the pull request by itself once its rules are met."""

    task: int


@dataclass(frozen=True, kw_only=True)
class MergePending(Event):
    """GitHub merges in the background; ask again under `uuid`."""

    task: int
    uuid: str


@dataclass(frozen=True, kw_only=True)
class Merged(Event):
    """The task's pull request is merged."""

    task: int
    number: int
    sha: CommitSha


@dataclass(frozen=True, kw_only=True)
class MergeRefused(Event):
    """GitHub did not merge. `head` is the commit that was judged.

    `needs_person`: GitHub will not take this merge from us at all. `auto_merge`: what it refused
    is to merge by itself.
    """

    task: int
    head: CommitSha
    reason: str
    needs_person: bool = False
    auto_merge: bool = False


@dataclass(frozen=True, kw_only=True)
class BaseChanged(Event):
    """The base branch moved, or a check of its head has ended (`failed` or not)."""

    branch: str
    moved: bool
    failed: bool = False


@dataclass(frozen=True, kw_only=True)
class BaseFetched(Event):
    """A look at the head of the base branch."""

    branch: str
    base: BaseBranch
    rules: BranchRules


@dataclass(frozen=True, kw_only=True)
class BaseFetchRefused(Event):
    """GitHub refuses the look at the base branch."""

    branch: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class BaseReady(Event):
    """The epic's own branch is there; `reason` says why it could not be made."""

    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class RevertOpened(Event):
    """A pull request that takes the task's merge back is open."""

    task: int
    number: int
