"""Repositories and the rules of their branches."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.github.git.store import GitStore
from sandbox.github.state.accounts import User
from sandbox.github.state.checks import CheckRun, Status
from sandbox.github.state.issues import Comment, Issue, Label
from sandbox.github.state.pulls import MergeRequest, PullRequest, QueueEntry

if TYPE_CHECKING:
    from sandbox.github.operations.ci import ContinuousIntegration


@dataclass
class MergeQueue:
    """A branch's merge queue: an entry is merged `after` seconds, or removed where it `fails`."""

    after: float = 2.0
    fails: bool = False
    method: str = "squash"


@dataclass
class BranchRules:
    """What a branch demands before a merge.

    `classic_checks` are required by classic branch protection, all else by rulesets, unless
    `is_classic`: then all of it is, and only what it requires of checks is there for everybody to
    read. `other` are further rules by their type, as `required_signatures`.
    """

    required_checks: list[str] = field(default_factory=list)
    strict: bool = False
    required_approvals: int = 0
    dismiss_stale_reviews: bool = False
    allowed_merge_methods: list[str] = field(default_factory=lambda: ["merge", "squash", "rebase"])
    code_owner_review: bool = False
    last_push_approval: bool = False
    resolved_threads: bool = False
    merge_queue: MergeQueue | None = None
    other: list[str] = field(default_factory=list)
    classic_checks: list[str] = field(default_factory=list)
    is_classic: bool = False


@dataclass(eq=False)
class Repository:
    """A repository, its bare git repository, and everything filed under it."""

    id: int
    owner: User
    name: str
    git: GitStore
    default_branch: str
    private: bool
    created_at: datetime
    pushed_at: datetime
    ci: "ContinuousIntegration"
    archived: bool = False
    delete_branch_on_merge: bool = False
    allow_auto_merge: bool = False
    roles: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    deleted_issues: set[int] = field(default_factory=set)
    comments: dict[int, Comment] = field(default_factory=dict)
    check_runs: dict[int, CheckRun] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)
    merge_requests: dict[str, MergeRequest] = field(default_factory=dict)
    rules: dict[str, BranchRules] = field(default_factory=dict)
    queue: list[QueueEntry] = field(default_factory=list)
    transferred: dict[int, Issue] = field(default_factory=dict)
    deleted: bool = False
    last_number: int = 0

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner.login}/{self.name}"

    @property
    def git_dir(self) -> str:
        """The bare repository's path, which `git clone` accepts."""
        return str(self.git.directory)

    @property
    def pulls(self) -> list[PullRequest]:
        """The pull requests in the order of their numbers."""
        return [issue.pull for issue in self.issues.values() if issue.pull]

    def rules_of(self, branch: str) -> BranchRules:
        """The branch's rules, empty ones where it has none."""
        return self.rules.get(branch, BranchRules())

    def pull(self, number: int) -> PullRequest:
        """The pull request; KeyError when there is none."""
        found = self.issues[number].pull
        if found is None:
            raise KeyError(number)
        return found

    def role_of(self, user: User) -> str:
        """The user's role; strangers read what is public."""
        if user is self.owner:
            return "admin"
        return self.roles.get(user.login, "none" if self.private else "read")
