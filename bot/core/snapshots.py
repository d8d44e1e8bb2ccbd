"""What one look at GitHub brings home. Plain values; times are UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.identifiers import CommitSha, Login


class CheckState(StrEnum):
    """What a check or status comes to."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Check:
    """The newest check run or commit status of one name. `app_id` is None for a status.

    `skipped` passes, but shows nothing when it was completed while the pull request was a draft.
    """

    name: str
    state: CheckState
    conclusion: str = ""
    skipped: bool = False
    app_id: int | None = None
    completed_at: datetime | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class PullRequestSnapshot:
    """A pull request as GitHub describes it in one answer.

    `mergeable` is None while GitHub computes it. `base_has_checks` tells whether the head of the
    base branch carries any check or status at all.
    """

    number: int
    node_id: str
    url: str
    title: str
    body: str
    head_sha: CommitSha
    head_branch: str
    base_branch: str
    base_sha: CommitSha
    is_open: bool
    is_draft: bool
    is_merged: bool
    opened_at: datetime
    pushed_at: datetime | None = None
    ready_at: datetime | None = None
    merge_sha: CommitSha | None = None
    merged_by: Login | None = None
    closed_by: Login | None = None
    mergeable: bool | None = None
    review_decision: str | None = None
    base_has_checks: bool = False
    is_same_repository: bool = True
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BranchRules:
    """What GitHub's rules ask of a merge into a branch."""

    required_checks: tuple[str, ...] = ()
    required_approvals: int = 0
    merge_methods: tuple[str, ...] = ("squash", "merge", "rebase")

    @property
    def guards(self) -> bool:
        """True when checks or reviews stand before a merge."""
        return bool(self.required_checks or self.required_approvals)
