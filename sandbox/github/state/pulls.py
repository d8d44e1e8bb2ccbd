"""Pull requests, their reviews, and the ways they are merged."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.github.state.accounts import Actor, Team, User, node_id
from sandbox.github.state.issues import Issue, Reaction

if TYPE_CHECKING:
    from sandbox.github.state.repositories import Repository


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
