"""One delivery on its way to the epics."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from bot.core.events import Event, Interrupted, InterruptionResolved, PullRequestChanged
from bot.core.model.identifiers import CommitSha, Login
from bot.core.model.pushes import NO_COMMIT, Push
from storage import ingest
from storage.database import Connection
from storage.repositories import RepositoryFacts

Ingested = tuple[int, str, Event]
A = TypeVar("A", bound="DeliveryContext")
Ingester = Callable[[A], Iterable[Ingested]]


class OwnNameUnknown(Exception):  # noqa: N818 # named as what it says
    """Whether a bot is ourselves has to be known, and is not yet."""


@dataclass(frozen=True, kw_only=True)
class DeliveryContext:
    """A delivery, and the transaction in which it is routed; `now` is the database's time.

    `own_login` is None while GitHub could not be asked for it.
    """

    connection: Connection
    guid: str
    payload: Any
    now: datetime
    own_app_id: int
    own_login: Login | None

    @property
    def action(self) -> str:
        """What happened, empty for an event of one kind only."""
        return str(self.payload.get("action") or "")

    @property
    def sender(self) -> Login:
        """Who did it."""
        return Login(self.payload["sender"]["login"])

    @property
    def by_bot(self) -> bool:
        """Whether it was no person; GitHub's own word, not that of a name."""
        kind: str = self.payload["sender"]["type"]
        return kind == "Bot"

    @property
    def by_us(self) -> bool:
        """Whether our own App did it; raises OwnNameUnknown where that cannot be told."""
        if not self.by_bot:
            return False
        if self.own_login is None:
            raise OwnNameUnknown("GitHub has not told yet what the App is called")
        return self.sender == self.own_login

    def key(self, what: str) -> str:
        """Return the inbox key of one row that this delivery makes."""
        return f"delivery:{self.guid}:{what}"

    def tell(
        self, epic_ids: Iterable[int], event: Interrupted | InterruptionResolved
    ) -> Iterator[Ingested]:
        """Yield the same event for each of the epics."""
        for epic_id in epic_ids:
            yield epic_id, self.key(f"life:{epic_id}"), event


@dataclass(frozen=True, kw_only=True)
class RepositoryDelivery(DeliveryContext):
    """A delivery about something in a repository."""

    repository: RepositoryFacts

    def push(self, branch: str, before: str, after: str) -> Push | None:
        """Return what the sender pushed to the branch; None where it was deleted.

        Nor is one told of whose sender is missing, which GitHub's schema allows of a `push`: who
        pushed is then asked for where it matters.
        """
        if after == NO_COMMIT or not self.payload.get("sender"):
            return None
        return Push(
            branch=branch,
            before=CommitSha(before),
            after=CommitSha(after),
            by=self.sender,
            is_bot=self.by_bot,
            by_us=self.by_bot and self.sender == self.own_login,
        )

    def epic(self, issue_number: int) -> int:
        """Return the issue's epic, made if there is none."""
        return ingest.find_or_make_epic(self.connection, self.repository, issue_number, self.now)

    def pull_request_changed(self, number: int, **facts: Any) -> Iterator[Ingested]:
        """Something about the pull request changed: look again if it is a task's."""
        found = ingest.tasks_of_pull_request(self.connection, self.repository.id, number)
        return self._fetch(found, facts)

    def branch_changed(self, branch: str, **facts: Any) -> Iterator[Ingested]:
        """Something about the branch changed: look again if a task is at work on it."""
        found = ingest.tasks_of_branch(self.connection, self.repository.id, branch)
        return self._fetch(found, facts)

    def _fetch(self, found: Iterable[tuple[int, int]], facts: dict[str, Any]) -> Iterator[Ingested]:
        for epic_id, task in found:
            yield epic_id, self.key(f"{epic_id}/{task}"), PullRequestChanged(task=task, **facts)


def repository_of(payload: Any) -> RepositoryFacts | None:
    """Return what the payload says of its repository; None if it is about none, or no App's."""
    repository, installation = payload.get("repository"), payload.get("installation")
    if not repository or not installation:
        return None
    return RepositoryFacts(
        id=repository["id"],
        installation_id=installation["id"],
        full_name=repository["full_name"],
        default_branch=repository["default_branch"],
    )
