"""What happens to whole repositories, and to the App's place on an account."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.core.events import Interrupted, MadeGood
from bot.core.model.interruptions import Interruption
from jobs.ingest.delivery import Arrival, RepositoryArrival, Routed
from storage import ingest, repositories

# We hear of a transfer only where the App reaches the new owner's repository: a new name, no more.
_REPOSITORY_INTERRUPTED = {
    "archived": Interruption.ARCHIVED,
    "deleted": Interruption.REPOSITORY_DELETED,
    "renamed": Interruption.RENAMED,
    "transferred": Interruption.RENAMED,
}
_INSTALLATION_INTERRUPTED = {
    "deleted": Interruption.UNINSTALLED,
    "suspend": Interruption.SUSPENDED,
}


def repository(arrival: RepositoryArrival) -> Iterator[Routed]:
    """A repository was renamed, moved, archived, brought back or deleted."""
    if arrival.action in _REPOSITORY_INTERRUPTED:
        kind = _REPOSITORY_INTERRUPTED[arrival.action]
        yield from _interrupt(arrival, [arrival.repository.id], kind)
    elif arrival.action == "unarchived":
        yield from _make_good(arrival, [arrival.repository.id], Interruption.ARCHIVED)


def installation(arrival: Arrival) -> Iterator[Routed]:
    """The App was taken off an account, suspended there, or is back.

    Installed again it has another id, and the old one's end may be told after the new one's
    beginning: whose a repository is, is what was heard last.
    """
    installed = arrival.payload["installation"]["id"]
    if arrival.action in _INSTALLATION_INTERRUPTED:
        reached = repositories.reached_by(arrival.connection, installed)
        yield from _interrupt(arrival, reached, _INSTALLATION_INTERRUPTED[arrival.action])
    elif arrival.action == "unsuspend":
        reached = repositories.reached_by(arrival.connection, installed)
        yield from _make_good(arrival, reached, Interruption.SUSPENDED)
    elif arrival.action == "created":
        yield from _installed(arrival, arrival.payload.get("repositories"))


def installation_repositories(arrival: Arrival) -> Iterator[Routed]:
    """Repositories were taken from, or given to, the App's installation on an account."""
    removed = _names(arrival.payload.get("repositories_removed"))
    installed = arrival.payload["installation"]["id"]
    lost = repositories.reached_by(arrival.connection, installed) & removed.keys()
    yield from _interrupt(arrival, lost, Interruption.UNINSTALLED)
    yield from _installed(arrival, arrival.payload.get("repositories_added"))


def _installed(arrival: Arrival, listed: Any) -> Iterator[Routed]:
    installed = arrival.payload["installation"]["id"]
    found = repositories.install(arrival.connection, installed, _names(listed))
    yield from _make_good(arrival, found, Interruption.UNINSTALLED)


def _names(listed: Any) -> dict[int, str]:
    return {one["id"]: one["full_name"] for one in listed or ()}


def _interrupt(arrival: Arrival, found: Iterable[int], kind: Interruption) -> Iterator[Routed]:
    concerned = ingest.open_epics(arrival.connection, list(found))
    return arrival.tell(concerned, Interrupted(kind=kind, by=arrival.sender))


def _make_good(arrival: Arrival, found: Iterable[int], kind: Interruption) -> Iterator[Routed]:
    concerned = ingest.open_epics(arrival.connection, list(found))
    return arrival.tell(concerned, MadeGood(kind=kind, by=arrival.sender))
