"""Issues and what hangs on them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.github.state.accounts import App, User, node_id

if TYPE_CHECKING:
    from sandbox.github.state.pulls import PullRequest
    from sandbox.github.state.repositories import Repository


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
