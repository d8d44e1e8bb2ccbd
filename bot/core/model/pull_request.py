"""A task's pull request: what was last observed of it, its merge attempts, its branch's update."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.core.model.identifiers import CommitSha


@dataclass(frozen=True, kw_only=True)
class MergeRefusal:
    """Why the head was not merged.

    `quote` is GitHub's reason; None: its merge queue took the pull request out again, or (of
    `auto_merge`) nothing stands between it and a merge of ours.
    """

    quote: str | None = None
    auto_merge: bool = False


@dataclass(frozen=True, kw_only=True)
class MergeAttempts:
    """What was asked for to merge the head, and what GitHub answered.

    `uuid` is that of the merge under way in the background. `auto_merge_requested`: we asked for
    auto-merge, and still want it. `moved` counts how often the base moved under a merge, `outdated`
    how often one was not sent because it had to be judged again. `refused` and
    `auto_merges_refused` count refusals, `cancelled` how often we took it out of the merge queue or
    switched auto-merge off. `refusal` is the last refusal of this head, `forbidden` that
    GitHub takes no merge of it from us. `directly`: it refuses us the asynchronous merge, so that
    the synchronous one is asked for.
    """

    uuid: str | None = None
    auto_merge_requested: bool = False
    refused: int = 0
    moved: int = 0
    outdated: int = 0
    auto_merges_refused: int = 0
    cancelled: int = 0
    refusal: MergeRefusal | None = None
    forbidden: bool = False
    directly: bool = False

    @property
    def number(self) -> int:
        """Tells one merge of the same head from the next."""
        tried = self.refused + self.moved + self.outdated
        return tried + self.auto_merges_refused + self.cancelled


@dataclass(frozen=True, kw_only=True)
class BranchUpdate:
    """When GitHub was asked to merge the base into the branch, and why it refused."""

    asked_at: datetime | None = None
    refusal: str | None = None


@dataclass(frozen=True, kw_only=True)
class Judged:
    """How far the merge policy came at the last evaluation, and what people had said by then.

    `stage` counts what was found to be in order; `reviews` are people's latest, by id.
    """

    stage: int = 0
    reviews: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """What was last observed of a task's pull request, and what was asked for.

    `head_seen_at` is when we first saw this head: a commit's own time is its author's to choose.
    `stirred_at` is when it was last edited or pushed to, or its base was.
    `red_at` is when its checks were first seen failed, `pending_at` since when a commit status has
    been seen pending. `merge_base` was found for this head and the
    base's head `base_head`. `is_queued`: in the merge queue. `is_merged`: into another branch than
    the epic's. `fetches` counts the fetches since something changed, `unknown_fetches` those in a
    row at which GitHub had not worked out whether the head can be merged.
    """

    number: int
    url: str
    head_sha: CommitSha
    node_id: str = ""
    head_branch: str = ""
    head_seen_at: datetime | None = None
    stirred_at: datetime | None = None
    red_at: datetime | None = None
    pending_at: datetime | None = None
    base_head: CommitSha | None = None
    merge_base: CommitSha | None = None
    is_queued: bool = False
    auto_merge: bool = False
    is_draft: bool = False
    is_open: bool = True
    is_merged: bool = False
    fetches: int = 0
    unknown_fetches: int = 0
    merge: MergeAttempts = MergeAttempts()
    update: BranchUpdate = BranchUpdate()
    judged: Judged = Judged()

    def with_merge(self, **facts: Any) -> "PullRequest":
        """Return it with these facts of its merge attempts changed."""
        return replace(self, merge=replace(self.merge, **facts))

    def without_refusal(self) -> "PullRequest":
        """Return it ready to be tried again: a person asked, whatever GitHub answered before."""
        return self.with_merge(refusal=None, forbidden=False, directly=False)
