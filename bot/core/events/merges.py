"""What happened to merges, and to the branch they go into."""

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
    """GitHub merges in the background; `uuid` identifies the merge."""

    task: int
    uuid: str


@dataclass(frozen=True, kw_only=True)
class Merged(Event):
    """The task's pull request is merged into `base`, which earlier versions did not tell.

    `base_unknown`: GitHub could not be asked.
    """

    task: int
    number: int
    sha: CommitSha
    base: str | None = None
    base_unknown: bool = False


@dataclass(frozen=True, kw_only=True)
class MergeOutdated(Event):
    """The merge of `head` was not sent: what it was judged by is too old, or has changed since."""

    task: int
    head: CommitSha


@dataclass(frozen=True, kw_only=True)
class MergeRefused(Event):
    """GitHub did not merge. `head` is the commit that was evaluated.

    `reason` is GitHub's; None: its merge queue took the pull request out, or (of `auto_merge`)
    nothing stands between it and a merge of ours. `needs_person`: GitHub will not take this merge
    from us at all. `other_call`: it said so of the asynchronous merge, so that the synchronous one
    may do it. `is_passing`: the base moved under it. `auto_merge`: GitHub refused to merge by
    itself.
    """

    task: int
    head: CommitSha
    reason: str | None = None
    needs_person: bool = False
    other_call: bool = False
    is_passing: bool = False
    auto_merge: bool = False


@dataclass(frozen=True, kw_only=True)
class BaseChanged(Event):
    """The base branch moved, or a check of its head has ended (`failed` or not).

    It moved from `before` to `after`; `forced`: not forward. Earlier versions did not tell.
    `is_default_no_more`: the repository has another default branch, or this one another name.
    """

    branch: str
    moved: bool
    failed: bool = False
    before: CommitSha | None = None
    after: CommitSha | None = None
    forced: bool = False
    is_default_no_more: bool = False


@dataclass(frozen=True, kw_only=True)
class BaseRenamed(Event):
    """The branch that tasks go into has another name by now."""

    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class BaseFetched(Event):
    """The head of the base branch and its checks were fetched.

    `is_lost`: that head does not contain `merge`, which was looked for in its history.
    """

    branch: str
    base: BaseBranch
    rules: BranchRules
    merge: CommitSha | None = None
    is_lost: bool = False


@dataclass(frozen=True, kw_only=True)
class BaseFetchRefused(Event):
    """GitHub refuses to show the base branch."""

    branch: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class BaseReady(Event):
    """The epic's own branch exists; `reason` is why GitHub refused to create it."""

    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class BranchKept(Event):
    """A merged task's branch was not deleted: these open pull requests need it."""

    branch: str
    pull_requests: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RevertOpened(Event):
    """A pull request that reverts the task's merge is open."""

    task: int
    number: int
