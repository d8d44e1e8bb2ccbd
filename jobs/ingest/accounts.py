"""What happens to whole repositories, and to the App's place on an account."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.core.events import BaseChanged, Interrupted, InterruptionResolved
from bot.core.model.interruptions import Interruption
from jobs.ingest.delivery import DeliveryContext, Ingested, RepositoryDelivery
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


def repository(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Tell the epics that a repository was renamed, moved, archived, brought back or deleted."""
    if context.action in _REPOSITORY_INTERRUPTED:
        kind = _REPOSITORY_INTERRUPTED[context.action]
        yield from _interrupt(context, [context.repository.id], kind)
    elif context.action == "edited":
        yield from _default_branch_changed(context)
    elif context.action == "unarchived":
        yield from _make_good(context, [context.repository.id], Interruption.ARCHIVED)


def _default_branch_changed(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Another branch is the default now, or the same one under another name."""
    changes = context.payload.get("changes") or {}
    before = (changes.get("default_branch") or {}).get("from")
    if before:
        event = BaseChanged(branch=before, moved=False, is_default_no_more=True)
        for epic_id in ingest.epics_on_base(context.connection, context.repository.id, before):
            yield epic_id, context.key(f"default:{epic_id}"), event


def installation(context: DeliveryContext) -> Iterator[Ingested]:
    """Tell the epics that the App was taken off an account, suspended there, or is back.

    Installed again it has another id, and the old one's end may be told after the new one's
    beginning: whose a repository is, is what was heard last.
    """
    installed = context.payload["installation"]["id"]
    if context.action in _INSTALLATION_INTERRUPTED:
        reached = repositories.reached_by(context.connection, installed)
        yield from _interrupt(context, reached, _INSTALLATION_INTERRUPTED[context.action])
    elif context.action == "unsuspend":
        reached = repositories.reached_by(context.connection, installed)
        yield from _make_good(context, reached, Interruption.SUSPENDED)
    elif context.action == "created":
        yield from _installed(context, context.payload.get("repositories"))


def installation_repositories(context: DeliveryContext) -> Iterator[Ingested]:
    """Repositories were taken from, or given to, the App's installation on an account."""
    removed = _names(context.payload.get("repositories_removed"))
    installed = context.payload["installation"]["id"]
    lost = repositories.reached_by(context.connection, installed) & removed.keys()
    yield from _interrupt(context, lost, Interruption.UNINSTALLED)
    yield from _installed(context, context.payload.get("repositories_added"))


def _installed(context: DeliveryContext, listed: Any) -> Iterator[Ingested]:
    installed = context.payload["installation"]["id"]
    found = repositories.install(context.connection, installed, _names(listed))
    yield from _make_good(context, found, Interruption.UNINSTALLED)


def _names(listed: Any) -> dict[int, str]:
    return {one["id"]: one["full_name"] for one in listed or ()}


def _interrupt(
    context: DeliveryContext, found: Iterable[int], kind: Interruption
) -> Iterator[Ingested]:
    concerned = ingest.open_epics(context.connection, list(found))
    return context.tell(concerned, Interrupted(kind=kind, by=context.sender))


def _make_good(
    context: DeliveryContext, found: Iterable[int], kind: Interruption
) -> Iterator[Ingested]:
    concerned = ingest.open_epics(context.connection, list(found))
    return context.tell(concerned, InterruptionResolved(kind=kind, by=context.sender))
