"""A repository and what is filed under it: issues, pull requests, reviews, merges."""

from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from sandbox.github.git.store import GitStore
from sandbox.github.state.accounts import Actor, App, Team, User, node_id
from sandbox.github.state.checks import CheckRun, CheckSuite, Status
from sandbox.github.state.ci import ContinuousIntegration
from sandbox.github.state.rules import BranchRules


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
    """An issue, or what a pull request shares with one (`pull` is then set).

    `edits` are those of its body, oldest first; `renames` those of its title, with what it was
    before and after. `added` are the times when sub-issues were added, and by whom. `blocked_by`
    are issues that people say it waits for.
    """

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
    edits: list[tuple[datetime, User]] = field(default_factory=list)
    renames: list[tuple[datetime, User, str, str]] = field(default_factory=list)
    sub_issues: list["Issue"] = field(default_factory=list)
    added: list[tuple[datetime, User, "Issue"]] = field(default_factory=list)
    blocked_by: list["Issue"] = field(default_factory=list)
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
class ReviewComment:
    """A comment of a review, on a line or in answer to another; `commit_id` is the head then."""

    id: int
    review: Review
    thread: "ReviewThread"
    user: User
    body: str
    commit_id: str
    created_at: datetime
    updated_at: datetime
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(eq=False)
class ReviewThread:
    """A conversation about one line of a file; the first comment began it."""

    id: int
    pull: "PullRequest"
    path: str
    line: int
    comments: list[ReviewComment] = field(default_factory=list)
    resolved_by: User | None = None

    @property
    def node_id(self) -> str:
        """The global id."""
        return node_id("PRRT", self.id)


@dataclass(eq=False)
class AutoMerge:
    """What is to happen as soon as the rules are met; `actor` asked for it."""

    actor: Actor
    enabled_at: datetime
    method: str
    title: str | None = None
    message: str | None = None


@dataclass(eq=False)
class QueueEntry:
    """A pull request's place in its base branch's merge queue."""

    id: int
    pull: "PullRequest"
    actor: Actor
    enqueued_at: datetime
    jump: bool = False
    state: str = "QUEUED"

    @property
    def node_id(self) -> str:
        """The global id."""
        return node_id("MQE", self.id)


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
    last_pusher: User | None = None
    # What GitHub does (https://github.com/dimikot/git-grok/pull/30); off: one stays open so.
    closes_without_commits: bool = True
    reviews: list[Review] = field(default_factory=list)
    threads: list[ReviewThread] = field(default_factory=list)
    requested: list[User | Team] = field(default_factory=list)
    auto_merge: AutoMerge | None = None

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

    @property
    def queue_entry(self) -> QueueEntry | None:
        """Its place in a merge queue, if it has one."""
        return next((one for one in self.repository.queue if one.pull is self), None)


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


@dataclass(frozen=True)
class Activity:
    """A change of a branch, as a repository's activity lists it."""

    id: int
    ref: str
    before: str
    after: str
    at: datetime
    actor: User
    kind: str


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
    ci: ContinuousIntegration
    archived: bool = False
    free_plan: bool = False
    delete_branch_on_merge: bool = False
    allow_auto_merge: bool = False
    roles: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    deleted_issues: set[int] = field(default_factory=set)
    comments: dict[int, Comment] = field(default_factory=dict)
    check_runs: dict[int, CheckRun] = field(default_factory=dict)
    check_suites: dict[int, CheckSuite] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)
    merge_requests: dict[str, MergeRequest] = field(default_factory=dict)
    rules: dict[str, BranchRules] = field(default_factory=dict)
    queue: list[QueueEntry] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    transferred: dict[int, Issue] = field(default_factory=dict)
    deleted: bool = False
    last_number: int = 0
    renamed_branches: dict[str, str] = field(default_factory=dict)

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

    @property
    def has_rules(self) -> bool:
        """Whether the owner's plan has rules for it: Free has none for what is private."""
        return not (self.free_plan and self.private)

    def rules_of(self, branch: str) -> BranchRules:
        """Return the branch's rules, by its name or else a pattern; empty ones without either."""
        if not self.has_rules:
            return BranchRules()
        named = self.rules.get(branch)
        patterns = (one for one in self.rules if fnmatchcase(branch, one))
        return named or self.rules.get(next(patterns, branch), BranchRules())

    def pull(self, number: int) -> PullRequest:
        """Return the pull request; KeyError when there is none."""
        found = self.issues[number].pull
        if found is None:
            raise KeyError(number)
        return found

    def role_of(self, user: User) -> str:
        """Return the user's role; strangers read what is public."""
        if user is self.owner:
            return "admin"
        return self.roles.get(user.login, "none" if self.private else "read")
