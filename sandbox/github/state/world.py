"""The one in-memory world: accounts, Apps, installations, repositories, time."""

import heapq
import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.clock import Clock
from sandbox.github.errors import not_found
from sandbox.github.git.objects import Signature
from sandbox.github.git.store import GitStore
from sandbox.github.state import (
    Actor,
    App,
    Installation,
    Repository,
    Team,
    User,
)
from sandbox.github.state.ci import ContinuousIntegration
from sandbox.github.state.deliveries import Delivery
from sandbox.github.state.faults import Faults
from sandbox.github.state.tokens import Token, private_key
from sandbox.ledger import Ledger
from sandbox.webhooks import Outbox

FIRST_ID = 1000


class World:
    """State and time; the operations on it live in `sandbox.github.operations`.

    `lock` is held during every request and every call of the Python API. Credentials expire by
    `identity_clock`, the real time, because the libraries that sign JWTs use that.
    """

    def __init__(
        self,
        clock: Clock,
        directory: Path,
        *,
        webhook_url: str = "",
        webhook_secret: str = "",
        outbox: Outbox | None = None,
        owner: str = "acme",
    ) -> None:
        self.clock = clock
        self.identity_clock = Clock()
        self.directory = directory
        self.webhook_url = webhook_url
        self.webhook_secret = webhook_secret
        self.outbox = outbox or Outbox()
        self.ledger = Ledger()
        self.faults = Faults()
        self.url = "http://github.sandbox"
        self.lock = threading.RLock()
        self.merge_async_delay = 0.5  # seconds from the request to its execution
        self.has_merge_async = True  # False as on a GitHub Enterprise Server without it
        self.authorizes_enqueuers = True  # False: the asynchronous merge refuses Apps
        self.app_speaks_when_locked = True  # whether Apps count as writers in locked conversations
        self.users: dict[str, User] = {}
        self.repositories: dict[str, Repository] = {}
        self.teams: dict[tuple[str, str], Team] = {}
        self.moved: dict[str, Repository] = {}
        self.installations: dict[int, Installation] = {}
        self.tokens: dict[str, Token] = {}
        self.deliveries: list[Delivery] = []
        self._ids = itertools.count(FIRST_ID)
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self.hook_id = self.new_id()
        self.app = self._new_app("orchestra", self._account(owner, "Organization"))
        self.app.private_key_pem = private_key()
        self.ci_app = self._new_app("github-actions", self._account("github", "Organization"))

    def new_id(self) -> int:
        """Return a number no other record has."""
        return next(self._ids)

    def _account(self, login: str, kind: str) -> User:
        key = login.lower()
        if key not in self.users:
            self.users[key] = User(self.new_id(), login, kind)
        return self.users[key]

    def _new_app(self, slug: str, owner: User) -> App:
        number = self.new_id()
        bot = self._account(f"{slug}[bot]", "Bot")
        return App(number, slug, f"Iv23li{number:014d}", owner, bot, self.clock.now())

    def register_app(self, manifest: dict[str, Any]) -> None:
        """Take permissions and events from a parsed App manifest (`app.yml`)."""
        self.app.permissions = dict(manifest.get("default_permissions") or {})
        self.app.events = list(manifest.get("default_events") or [])

    def user(self, login: str, *, site_admin: bool = False) -> User:
        """Return the account, made on first mention; its personal token is `ghp_<login>`."""
        found = self._account(login, "Bot" if login.endswith("[bot]") else "User")
        found.site_admin = found.site_admin or site_admin
        return found

    def person(self, login: str) -> Actor:
        """Return the account as one who acts."""
        return Actor(self.user(login))

    def repository(self, full_name: str) -> Repository:
        """Return the repository; 404 when there is none. Names are compared without case."""
        found = self.repositories.get(full_name.lower())
        if found is None:
            raise not_found()
        return found

    def create_repository(
        self,
        full_name: str,
        files: dict[str, str] | None = None,
        default_branch: str = "main",
        private: bool = False,
    ) -> Repository:
        """Make a repository with a first commit; an owner not known yet becomes an organization."""
        owner, _, name = full_name.partition("/")
        now = self.clock.now()
        made = Repository(
            self.new_id(),
            self._account(owner, "Organization"),
            name,
            GitStore(self.directory / f"{full_name}.git", default_branch),
            default_branch,
            private,
            now,
            now,
            ContinuousIntegration(),
        )
        who = self.signature(made.owner)
        texts = {"README.md": f"# {name}\n"} if files is None else files
        first = made.git.write_files(None, texts, "Initial commit", who, who)
        made.git.set_head(default_branch, first)
        with self.lock:
            self.repositories[full_name.lower()] = made
        return made

    def signature(self, account: User) -> Signature:
        """Return `account` as a commit's author now."""
        email = f"{account.id}+{account.login}@users.noreply.github.com"
        return Signature(account.login, email, self.clock.now())

    def installation_of(self, repository: Repository) -> Installation | None:
        """Return the App's installation that covers `repository`."""
        found = (one for one in self.installations.values() if one.covers(repository))
        return next(found, None)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Do `action` at the first tick that is `seconds` or more from now."""
        due = self.clock.now() + timedelta(seconds=seconds)
        heapq.heappush(self._agenda, (due, next(self._ids), action))

    def do_what_is_due(self) -> None:
        """Do what `later` was asked to, in order, as far as it is due."""
        now = self.clock.now()
        while self._agenda and self._agenda[0][0] <= now:
            heapq.heappop(self._agenda)[2]()

    def next_due(self) -> datetime | None:
        """When the next tick has something to do."""
        return self._agenda[0][0] if self._agenda else None
