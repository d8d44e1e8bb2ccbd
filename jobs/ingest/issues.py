"""Issues and the comments on them: where epics begin, are steered, and may be interrupted."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bot.core.events import (
    BodyEdited,
    BodyWritten,
    CommandGiven,
    CommentDeleted,
    EpicLabelled,
    Interrupted,
    MadeGood,
)
from bot.core.model.interruptions import Interruption
from bot.core.model.settings import EpicSettings
from bot.core.permissions import is_listed
from bot.core.text.comment_parser import parse_comment
from jobs.ingest.delivery import RepositoryArrival, Routed
from storage import epics, ingest, repositories

# Settings older than this may name another label or other bots by now, as only a reading tells.
SETTINGS_TRUSTED = timedelta(minutes=5)

_INTERRUPTED = {
    "closed": Interruption.CLOSED,
    "deleted": Interruption.DELETED,
    "locked": Interruption.LOCKED,
    "transferred": Interruption.TRANSFERRED,
}
_MADE_GOOD = {"reopened": Interruption.CLOSED, "unlocked": Interruption.LOCKED}


def issues(arrival: RepositoryArrival) -> Iterator[Routed]:
    """What becomes of an issue; GitHub tells of pull requests elsewhere."""
    if arrival.payload["issue"].get("pull_request"):
        return
    match arrival.action:
        case "edited":
            yield from _edited(arrival)
        case "labeled":
            yield from _labelled(arrival)
        case "unlabeled":
            yield from _unlabelled(arrival)
        case _:
            yield from _life(arrival)


def _life(arrival: RepositoryArrival) -> Iterator[Routed]:
    """What happens to the issue as a whole concerns it once it is an epic."""
    event: Interrupted | MadeGood
    if arrival.action in _INTERRUPTED:
        kind = _INTERRUPTED[arrival.action]
        event = Interrupted(kind=kind, by=arrival.sender, by_us=arrival.by_us)
    elif arrival.action in _MADE_GOOD and not arrival.by_us:
        event = MadeGood(kind=_MADE_GOOD[arrival.action], by=arrival.sender)
    else:
        return
    found = _recognised(arrival)
    if found is not None:
        yield from arrival.tell([found[0]], event)


def _labelled(arrival: RepositoryArrival) -> Iterator[Routed]:
    """Only a person's labelling counts: ours follows a `start`, another bot's starts nothing."""
    if arrival.by_bot:
        return
    label = arrival.payload["label"]["name"]
    found = _recognised(arrival)
    if found is not None:
        epic_id, known = found
        if label.lower() == known.lower():
            back = MadeGood(kind=Interruption.UNLABELLED, by=arrival.sender)
            yield from arrival.tell([epic_id], back)
    elif _may_be_trigger(arrival, label):
        event = EpicLabelled(by=arrival.sender, label=label)
        yield arrival.epic(arrival.payload["issue"]["number"]), arrival.key("label"), event


def _may_be_trigger(arrival: RepositoryArrival, label: str) -> bool:
    settings = _trusted_settings(arrival)
    return settings is None or label.lower() == settings.label.lower()


def _trusted_settings(arrival: RepositoryArrival) -> EpicSettings | None:
    """The repository's settings, None where they may be others by now."""
    stored = repositories.stored_settings(arrival.connection, arrival.repository.id)
    if stored.read_at is None or arrival.now - stored.read_at > SETTINGS_TRUSTED:
        return None
    return stored.settings or EpicSettings()


def _unlabelled(arrival: RepositoryArrival) -> Iterator[Routed]:
    found = _recognised(arrival)
    if found is not None and _lost(arrival.payload, found[1].lower()):
        event = Interrupted(kind=Interruption.UNLABELLED, by=arrival.sender)
        yield from arrival.tell([found[0]], event)


def _lost(payload: Any, trigger: str) -> bool:
    """A label that was deleted from the repository comes without its name."""
    name = (payload.get("label") or {}).get("name")
    if name is not None:
        return bool(name.lower() == trigger)
    return trigger not in {label["name"].lower() for label in payload["issue"]["labels"]}


def _recognised(arrival: RepositoryArrival) -> tuple[int, str] | None:
    number = arrival.payload["issue"]["number"]
    return ingest.find_recognised(arrival.connection, arrival.repository.id, number)


def _edited(arrival: RepositoryArrival) -> Iterator[Routed]:
    issue, changes = arrival.payload["issue"], arrival.payload.get("changes") or {}
    epic_id = epics.find(arrival.connection, arrival.repository.id, issue["number"])
    if epic_id is None or not changes:
        return
    body = issue["body"] or ""
    before = (changes["body"].get("from") or "") if "body" in changes else None
    if not arrival.by_us:
        edit = BodyEdited(by=arrival.sender, title=issue["title"], body=body, before=before)
        yield epic_id, arrival.key("edit"), edit
    elif before is not None:
        yield epic_id, arrival.key("written"), BodyWritten(before=before, after=body)


def issue_comment(arrival: RepositoryArrival) -> Iterator[Routed]:
    """Commands in a new comment; a deleted one may have been the progress comment."""
    if arrival.action == "created":
        yield from _commands(arrival)
    elif arrival.action == "deleted":
        issue, comment = arrival.payload["issue"], arrival.payload["comment"]
        epic_id = epics.find(arrival.connection, arrival.repository.id, issue["number"])
        if epic_id is not None:
            yield epic_id, arrival.key("deleted"), CommentDeleted(comment_id=comment["id"])


def _commands(arrival: RepositoryArrival) -> Iterator[Routed]:
    issue, comment = arrival.payload["issue"], arrival.payload["comment"]
    if arrival.by_bot and not _is_heard(arrival):
        return
    is_pull_request = bool(issue.get("pull_request"))
    for line in parse_comment(comment["body"] or ""):
        event = CommandGiven(
            comment_id=comment["id"],
            line=line.line,
            text=line.text,
            by=arrival.sender,
            pull_request=issue["number"] if is_pull_request else None,
            refusal=line.mistake.message if line.mistake and line.is_refused else None,
        )
        epic_id = _commanded_epic(arrival, issue["number"], is_pull_request)
        yield epic_id, f"comment:{comment['id']}:{line.line}", event


def _is_heard(arrival: RepositoryArrival) -> bool:
    """A bot is heard where the settings list it, and we ourselves never.

    Where they are not known, or have aged, they are read before the bot is heard.
    """
    via = arrival.payload["comment"].get("performed_via_github_app") or {}
    if via.get("id") == arrival.own_app_id:
        return False
    settings = _trusted_settings(arrival)
    return settings is None or is_listed(arrival.sender, settings.permissions)


def _commanded_epic(arrival: RepositoryArrival, number: int, is_pull_request: bool) -> int:
    if is_pull_request:
        found = ingest.tasks_of_pull_request(arrival.connection, arrival.repository.id, number)
        if found:
            return found[-1][0]
    return arrival.epic(number)
