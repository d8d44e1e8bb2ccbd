"""What the stand-in remembers: plain records, changed only by the operations beside it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.github.store import GitStore

if TYPE_CHECKING:
    from sandbox.github.ci import ContinuousIntegration

ROLES = ("none", "read", "triage", "write", "maintain", "admin")


def node_id(prefix: str, number: int) -> str:
    """A GraphQL global id in the new format's look."""
    return f"{prefix}_kwDO{number:010x}"


@dataclass(eq=False)
class User:
    """An account; `kind` is User, Bot or Organization."""

    id: int
    login: str
    kind: str = "User"
    site_admin: bool = False

    @property
    def node_id(self) -> str:
        """The global id."""
        return node_id({"Bot": "BOT", "Organization": "O"}.get(self.kind, "U"), self.id)


@dataclass(eq=False)
class App:
    """A registered GitHub App and the permissions and events its manifest asks for.

    `permissions` None grants all, `events` None subscribes to all.
    """

    id: int
    slug: str
    client_id: str
    owner: User
    bot: User
    created_at: datetime
    private_key_pem: str = ""
    permissions: dict[str, str] | None = None
    events: list[str] | None = None

    @property
    def login(self) -> str:
        """The bot account's login, `slug[bot]`."""
        return self.bot.login


@dataclass(eq=False)
class Installation:
    """An App on an account; `repositories` None means all of them."""

    id: int
    app: App
    account: User
    created_at: datetime
    repositories: set[str] | None = None
    suspended_at: datetime | None = None
    suspended_by: User | None = None
    deleted: bool = False

    def covers(self, repository: "Repository") -> bool:
        """Whether `repository` is within reach, suspended or not."""
        if self.deleted or repository.owner is not self.account:
            return False
        return self.repositories is None or repository.name in self.repositories


@dataclass(frozen=True)
class Actor:
    """Who a request acts as: a person, or an App through an installation.

    `permissions` None grants all (persons are judged by their role instead).
    """

    user: User
    installation: Installation | None = None
    permissions: dict[str, str] | None = None
    repositories: frozenset[str] | None = None

    @property
    def app(self) -> App | None:
        """The App behind an installation's token."""
        return self.installation.app if self.installation else None


@dataclass(eq=False)
class Label:
    """A repository's label."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(eq=False)
class Reaction:
    """One person's reaction of one content."""

    id: int
    user: User
    content: str
    created_at: datetime


@dataclass(eq=False)
class Comment:
    """A comment on an issue or pull request."""

    id: int
    issue: "Issue"
    user: User
    body: str
    created_at: datetime
    updated_at: datetime
    app: App | None = None
    reactions: list[Reaction] = field(default_factory=list)
    pinned_at: datetime | None = None
    pinned_by: User | None = None
    minimized_reason: str | None = None

    @property
    def node_id(self) -> str:
        """The global id."""
        return node_id("IC", self.id)


@dataclass(eq=False)
class Issue:
    """An issue, or what a pull request shares with one (`pull` is then set)."""

    id: int
    number: int
    repository: "Repository"
    user: User
    title: str
    body: str | None
    created_at: datetime
    updated_at: datetime
    app: App | None = None
    state: str = "open"
    state_reason: str | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None
    locked: bool = False
    lock_reason: str | None = None
    labels: list[Label] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    timeline: list[tuple[str, datetime, User]] = field(default_factory=list)
    pull: "PullRequest | None" = None

    @property
    def node_id(self) -> str:
        """The global id."""
        return node_id("PR" if self.pull else "I", self.id)


@dataclass(eq=False)
class Review:
    """A submitted review; `state` is APPROVED, CHANGES_REQUESTED, COMMENTED or DISMISSED."""

    id: int
    user: User
    body: str
    state: str
    commit_id: str
    submitted_at: datetime


@dataclass(eq=False)
class PullRequest:
    """A pull request within one repository; `mergeable` None means not computed yet."""

    id: int
    issue: Issue
    head: str
    head_sha: str
    base: str
    base_sha: str
    draft: bool
    mergeable: bool | None = None
    merged_at: datetime | None = None
    merged_by: User | None = None
    merge_sha: str | None = None
    reviews: list[Review] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Its number, shared with issues."""
        return self.issue.number

    @property
    def repository(self) -> "Repository":
        """Where it lives; forks are not imitated."""
        return self.issue.repository

    @property
    def open(self) -> bool:
        """Neither closed nor merged."""
        return self.issue.state == "open"


@dataclass(eq=False)
class CheckRun:
    """A check run; it belongs to one App and one SHA for ever."""

    id: int
    suite_id: int
    app: App
    name: str
    head_sha: str
    status: str
    started_at: datetime
    conclusion: str | None = None
    completed_at: datetime | None = None
    details_url: str | None = None
    external_id: str = ""
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)


@dataclass(eq=False)
class Status:
    """A commit status; the newest per context counts."""

    id: int
    sha: str
    state: str
    context: str
    description: str | None
    target_url: str | None
    creator: User
    created_at: datetime


@dataclass(eq=False)
class MergeRequest:
    """An asynchronous merge and what became of it."""

    uuid: str
    pull: PullRequest
    actor: Actor
    method: str | None
    action: str
    expected_sha: str
    title: str | None
    message: str | None
    due: datetime
    status: str = "pending"
    detail: str = "Merge request enqueued."
    sha: str | None = None
    finished_at: datetime | None = None


@dataclass
class BranchRules:
    """What a branch's rulesets demand before a merge."""

    required_checks: list[str] = field(default_factory=list)
    strict: bool = False
    required_approvals: int = 0
    dismiss_stale_reviews: bool = False
    allowed_merge_methods: list[str] = field(default_factory=lambda: ["merge", "squash", "rebase"])


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
    roles: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    deleted_issues: set[int] = field(default_factory=set)
    comments: dict[int, Comment] = field(default_factory=dict)
    check_runs: dict[int, CheckRun] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)
    merge_requests: dict[str, MergeRequest] = field(default_factory=dict)
    rules: dict[str, BranchRules] = field(default_factory=dict)
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
