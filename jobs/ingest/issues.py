"""Issues and the comments on them: where epics begin, are steered, and may be interrupted."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.core.commands.parsing import parse_line
from bot.core.commands.resume import Resume
from bot.core.commands.start import Start
from bot.core.commands.stopping import stops
from bot.core.events import (
    BodyEdited,
    BodyWritten,
    CommandGiven,
    CommentDeleted,
    EpicLabelled,
    Interrupted,
    InterruptionResolved,
    IssueText,
)
from bot.core.model.interruptions import Interruption
from bot.core.model.settings import EpicSettings
from bot.core.permissions import is_listed
from bot.core.text.comment_parser import CommandLine, parse_comment
from jobs.ingest.delivery import Ingested, RepositoryDelivery
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


def issues(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Tell the epic what becomes of an issue; GitHub tells of pull requests elsewhere."""
    if context.payload["issue"].get("pull_request"):
        return
    match context.action:
        case "edited":
            yield from _edited(context)
        case "labeled":
            yield from _labelled(context)
        case "unlabeled":
            yield from _unlabelled(context)
        case _:
            yield from _life(context)


def _life(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Tell the epic what happens to the issue as a whole, which concerns it once it is one."""
    event: Interrupted | InterruptionResolved
    if context.action in _INTERRUPTED:
        kind = _INTERRUPTED[context.action]
        event = Interrupted(kind=kind, by=context.sender, by_us=context.by_us)
    elif context.action in _MADE_GOOD and not context.by_us:
        event = InterruptionResolved(kind=_MADE_GOOD[context.action], by=context.sender)
    else:
        return
    found = _recognised(context)
    if found is not None:
        yield from context.tell([found[0]], event)


def _labelled(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Not ours, which follows a `start`, nor another bot's that the settings do not list."""
    if context.by_us or (context.by_bot and not _is_heard(context, {})):
        return
    # GitHub's schema does not require it.
    label = (context.payload.get("label") or {}).get("name")
    if label is None:
        return
    found = _recognised(context)
    if found is not None:
        epic_id, known = found
        if label.lower() == known.lower():
            back = InterruptionResolved(kind=Interruption.UNLABELLED, by=context.sender)
            yield from context.tell([epic_id], back)
    elif _may_be_trigger(context, label):
        issue = context.payload["issue"]
        event = EpicLabelled(
            by=context.sender,
            label=label,
            issue=_text(issue),
            at=_time(issue, "updated_at"),
            by_app=context.by_bot,
        )
        yield context.epic(context.payload["issue"]["number"]), context.key("label"), event


def _may_be_trigger(context: RepositoryDelivery, label: str) -> bool:
    """Tell whether it may be; bots put on so many labels that the one last known counts."""
    settings = _trusted_settings(context)
    if settings is None and context.by_bot:
        stored = repositories.stored_settings(context.connection, context.repository.id)
        settings = stored.settings or EpicSettings()
    return settings is None or label.lower() == settings.label.lower()


def _trusted_settings(context: RepositoryDelivery) -> EpicSettings | None:
    """Return the repository's settings, None where they may be others by now."""
    stored = repositories.stored_settings(context.connection, context.repository.id)
    if stored.read_at is None or context.now - stored.read_at > SETTINGS_TRUSTED:
        return None
    return stored.settings or EpicSettings()


def _unlabelled(context: RepositoryDelivery) -> Iterator[Ingested]:
    found = _recognised(context)
    if found is not None and _lost(context.payload, found[1].lower()):
        event = Interrupted(kind=Interruption.UNLABELLED, by=context.sender)
        yield from context.tell([found[0]], event)


def _lost(payload: Any, trigger: str) -> bool:
    """Tell whether the label was lost: one deleted from the repository comes without its name."""
    name = (payload.get("label") or {}).get("name")
    if name is not None:
        return bool(name.lower() == trigger)
    return trigger not in {label["name"].lower() for label in payload["issue"]["labels"]}


def _recognised(context: RepositoryDelivery) -> tuple[int, str] | None:
    number = context.payload["issue"]["number"]
    return ingest.find_activated(context.connection, context.repository.id, number)


def _edited(context: RepositoryDelivery) -> Iterator[Ingested]:
    issue, changes = context.payload["issue"], context.payload.get("changes") or {}
    epic_id = epics.find(context.connection, context.repository.id, issue["number"])
    if epic_id is None or not changes:
        return
    body = issue["body"] or ""
    before = (changes["body"].get("from") or "") if "body" in changes else None
    if not context.by_us:
        edit = BodyEdited(
            by=context.sender,
            title=issue["title"],
            body=body,
            before=before,
            title_before=(changes.get("title") or {}).get("from"),
            at=_time(issue, "updated_at"),
            by_app=context.by_bot,
        )
        yield epic_id, context.key("edit"), edit
    elif before is not None:
        yield epic_id, context.key("written"), BodyWritten(before=before, after=body)


def issue_comment(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Commands in a new comment; a deleted one may have been the progress comment."""
    if context.action == "created":
        yield from _commands(context)
    elif context.action == "deleted":
        issue, comment = context.payload["issue"], context.payload["comment"]
        epic_id = epics.find(context.connection, context.repository.id, issue["number"])
        if epic_id is not None:
            yield epic_id, context.key("deleted"), CommentDeleted(comment_id=comment["id"])


def _commands(context: RepositoryDelivery) -> Iterator[Ingested]:
    issue, comment = context.payload["issue"], context.payload["comment"]
    by_app = _is_by_app(context, comment)
    if by_app and not _is_heard(context, comment):
        return
    is_pull_request = bool(issue.get("pull_request"))
    lines = parse_comment(comment["body"] or "")
    for line in lines:
        event = CommandGiven(
            comment_id=comment["id"],
            line=line.line,
            text=line.text,
            by=context.sender,
            pull_request=issue["number"] if is_pull_request else None,
            refusal=line.refusal,
            by_app=by_app,
            issue=None if is_pull_request else _text_for(line, issue),
            at=_time(comment, "created_at"),
            before_stop=_is_before_stop(line, lines),
        )
        epic_id = _commanded_epic(context, issue["number"], is_pull_request)
        yield epic_id, f"comment:{comment['id']}:{line.line}", event


def _text_for(line: CommandLine, issue: dict[str, Any]) -> IssueText | None:
    """Return the issue's text if the command approves it: it is long, and not kept otherwise."""
    return _text(issue) if isinstance(parse_line(line.text), Start | Resume) else None


def _text(issue: dict[str, Any]) -> IssueText:
    return IssueText(title=issue["title"], body=issue["body"] or "")


def _time(thing: dict[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(thing[name]) if thing.get(name) else None


def pull_request_review(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Take a review: it changes what its pull request waits for, and its text may hold commands."""
    number = context.payload["pull_request"]["number"]
    yield from context.pull_request_changed(number)
    review = context.payload["review"]
    by_app = _is_by_app(context, review)
    heard = not by_app or _is_heard(context, review)
    if context.action != "submitted" or not heard:
        return
    lines = parse_comment(review["body"] or "")
    for line in lines:
        event = CommandGiven(
            comment_id=None,
            line=line.line,
            text=line.text,
            by=context.sender,
            pull_request=number,
            refusal=line.refusal,
            by_app=by_app,
            before_stop=_is_before_stop(line, lines),
        )
        epic_id = _commanded_epic(context, number, is_pull_request=True)
        yield epic_id, f"review:{review['id']}:{line.line}", event


def _is_before_stop(line: CommandLine, lines: Sequence[CommandLine]) -> bool:
    return any(stops(one.text) for one in lines if one.line > line.line)


def _is_by_app(context: RepositoryDelivery, said: dict[str, Any]) -> bool:
    """Whether an App wrote it, in its own name or through a person's account."""
    return context.by_bot or said.get("performed_via_github_app") is not None


def _is_heard(context: RepositoryDelivery, said: dict[str, Any]) -> bool:
    """Tell whether it is heard: a bot is where the settings list it, and we ourselves never.

    Where they are not known, or have aged, they are read before the bot is heard.
    """
    via = said.get("performed_via_github_app") or {}
    if via.get("id") == context.own_app_id:
        return False
    settings = _trusted_settings(context)
    return settings is None or is_listed(context.sender, settings.permissions)


def _commanded_epic(context: RepositoryDelivery, number: int, is_pull_request: bool) -> int:
    if is_pull_request:
        found = ingest.tasks_of_pull_request(context.connection, context.repository.id, number)
        if found:
            return found[-1][0]
    return context.epic(number)
