"""Accounts, Apps, and who acts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

ROLES = ("none", "read", "triage", "write", "maintain", "admin")


def node_id(prefix: str, number: int) -> str:
    """Make a GraphQL global id in the new format's look."""
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


class Owned(Protocol):
    """What belongs to an account and has a name there: a repository."""

    owner: User
    name: str


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

    def covers(self, repository: Owned) -> bool:
        """Whether `repository` is within reach, suspended or not."""
        if self.deleted or repository.owner is not self.account:
            return False
        return self.repositories is None or repository.name in self.repositories


@dataclass(eq=False)
class Team:
    """A team of an organization; `members` are logins in lower case."""

    id: int
    organization: User
    slug: str
    members: set[str]

    @property
    def node_id(self) -> str:
        """The global id."""
        return node_id("T", self.id)


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
