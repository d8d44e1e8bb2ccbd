"""Issues and the comments on them: where epics begin, are steered, and may be interrupted."""

from collections.abc import Iterator
from datetime import timedelta

from bot.core.comment_parser import parse_comment
from bot.core.events import (
    BodyEdited,
    BodyWritten,
    CommandGiven,
    CommentDeleted,
    EpicLabelled,
    Event,
    Interrupted,
    MadeGood,
)
from bot.core.interruptions import Interruption
from bot.core.permissions import is_listed
from bot.core.settings import EpicSettings
from jobs.route.arrival import RepositoryArrival, Routed
from storage import epics, repositories, routing

# Settings older than this may name another label by now, which only a reading can tell.
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
        event = Interrupted(kind=_INTERRUPTED[arrival.action], by=arrival.sender)
    elif arrival.action in _MADE_GOOD:
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
    stored = repositories.stored_settings(arrival.connection, arrival.repository.id)
    if stored.read_at is None or arrival.now - stored.read_at > SETTINGS_TRUSTED:
        return True
    settings = stored.settings or EpicSettings()
    return label.lower() == settings.label.lower()


def _unlabelled(arrival: RepositoryArrival) -> Iterator[Routed]:
    # A label that was deleted altogether comes without its name.
    label = (arrival.payload.get("label") or {}).get("name", "")
    found = _recognised(arrival)
    if found is not None and label.lower() == found[1].lower():
        event = Interrupted(kind=Interruption.UNLABELLED, by=arrival.sender)
        yield from arrival.tell([found[0]], event)


def _recognised(arrival: RepositoryArrival) -> tuple[int, str] | None:
    number = arrival.payload["issue"]["number"]
    return routing.find_recognised(arrival.connection, arrival.repository.id, number)


def _edited(arrival: RepositoryArrival) -> Iterator[Routed]:
    issue, changes = arrival.payload["issue"], arrival.payload.get("changes") or {}
    epic_id = epics.find(arrival.connection, arrival.repository.id, issue["number"])
    if epic_id is None or not changes:
        return
    body, by = issue["body"] or "", arrival.sender
    before = (changes["body"].get("from") or "") if "body" in changes else None
    event: Event
    if not arrival.by_bot:
        event = BodyEdited(by=by, title=issue["title"], body=body, before=before)
        yield epic_id, arrival.key("edit"), event
    elif before is not None:
        event = BodyWritten(by=by, before=before, after=body)
        yield epic_id, arrival.key("written"), event


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
    """A bot is heard where the settings list it, and we ourselves never."""
    via = arrival.payload["comment"].get("performed_via_github_app") or {}
    stored = repositories.stored_settings(arrival.connection, arrival.repository.id)
    if via.get("id") == arrival.own_app_id or stored.settings is None:
        return False
    return is_listed(arrival.sender, stored.settings.permissions)


def _commanded_epic(arrival: RepositoryArrival, number: int, is_pull_request: bool) -> int:
    if is_pull_request:
        found = routing.tasks_of_pull_request(arrival.connection, arrival.repository.id, number)
        if found:
            return found[-1][0]
    return arrival.epic(number)
