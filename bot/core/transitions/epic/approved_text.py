"""Which text an approval is about: the one that stands in the approver's own webhook."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.events import CommandGiven, Enrichment, EpicLabelled, IssueEdit, IssueText
from bot.core.model.epic import Epic
from bot.core.model.identifiers import TaskStatus
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.text_shown import TextShown
from bot.core.text.checklist import Checklist, parse_checklist
from bot.core.text.issue_body import item_keys
from bot.core.transitions.transition import Transition

# How long a foreign edit has to be shown before a start takes it over.
TIME_TO_READ = timedelta(seconds=30)
_GITHUB_TICK = timedelta(seconds=1)

Chosen = tuple[IssueText, IssueEdit | None]


def text_digest(epic: Epic) -> str:
    """Return what tells the approved text from any other, short enough for a button's id."""
    issues = "".join(f"\0{one.title}\0{one.description}" for one in epic.referenced.issues)
    return hashlib.sha256(f"{epic.title}\0{epic.body}{issues}".encode()).hexdigest()[:8]


def shown_digest(epic: Epic) -> str:
    """Return what the progress comment says of the text: which is approved, whose edit is not."""
    noted = f"{epic.edit_not_used_by}\0{epic.edit_not_used_at}"
    noted += "".join(f"\0{one.problem}\0{one.not_used}" for one in epic.referenced.issues)
    return hashlib.sha256(f"{text_digest(epic)}\0{noted}".encode()).hexdigest()[:16]


def choose_text(
    transition: Transition, event: CommandGiven | EpicLabelled, enrichment: Enrichment
) -> Chosen | Refusal:
    """Return the text that is approved, and the later edit that is not; or why there is none.

    An edit that the approver cannot have seen is noted, so that the next start may use it.
    """
    epic = transition.epic
    if isinstance(event, CommandGiven) and event.pull_request is not None:
        return _as_shown(epic, event)
    given = event.issue
    now = IssueText(title=enrichment.title or "", body=enrichment.body or "")
    at = event.at or transition.now
    foreign = sorted(_foreign(epic, enrichment), key=lambda edit: edit.at)
    later = next((edit for edit in reversed(foreign) if edit.at > at), None)
    earlier = next((edit for edit in reversed(foreign) if edit.at <= at), None)
    if given is None and later is not None:
        return Refusal(kind=RefusalKind.PLEASE_REPEAT, editor=later.by)
    given = given or now
    known = epic.activated and (given.title, given.body) == (epic.title, epic.body)
    if isinstance(event, CommandGiven):
        unseen = _unseen(epic, earlier, at, known=known)
        if not known and (held := _may_be_held(given, now, enrichment, foreign, at)):
            unseen = held
        if unseen is not None:
            return _not_yet(transition, unseen, at)
    return given, later


def _may_be_held(
    given: IssueText, now: IssueText, enrichment: Enrichment, foreign: list[IssueEdit], at: datetime
) -> IssueEdit | None:
    """Return the newest foreign edit after `at` that may have come with the comment all the same.

    A webhook shows the issue as it is when it is sent. What the title was `at` that time is known.
    """
    renames = [edit for edit in enrichment.edits if edit.title_before is not None and edit.at > at]
    first_at = min((edit.at for edit in renames), default=at)
    titles = {edit.title_before for edit in renames if edit.at == first_at}
    for edit in reversed(foreign):
        is_title = edit.title_before is not None
        is_held = titles != {given.title} if is_title else given.body == now.body
        if edit.at > at and is_held:
            return edit
    return None


def _as_shown(epic: Epic, event: CommandGiven) -> Chosen | Refusal:
    """Return the approved text: no other is shown away from the issue."""
    if event.digest is not None and event.digest != text_digest(epic):
        return Refusal(kind=RefusalKind.TEXT_CHANGED)
    edit = None
    if epic.edit_not_used_by is not None and epic.edit_not_used_at is not None:
        edit = IssueEdit(by=epic.edit_not_used_by, at=epic.edit_not_used_at)
    return IssueText(title=epic.title, body=epic.body), edit


def _foreign(epic: Epic, enrichment: Enrichment) -> Iterator[IssueEdit]:
    yield from (edit for edit in enrichment.edits if not edit.may_command)
    if epic.edit_not_used_by is not None and epic.edit_not_used_at is not None:
        yield IssueEdit(by=epic.edit_not_used_by, at=epic.edit_not_used_at)


def edits_to_ask_about(
    epic: Epic, edits: Iterable[IssueEdit], at: datetime | None
) -> tuple[IssueEdit, ...]:
    """Return the edits of which it matters who made them."""
    return tuple(edit for edit in edits if not _was_read(epic, edit, at))


def _was_read(epic: Epic, edit: IssueEdit, at: datetime | None) -> bool:
    """Return whether the edit stood on the page long enough, with nothing else to read instead."""
    is_old = at is not None and at - edit.at >= TIME_TO_READ
    if not epic.activated:
        return is_old
    return is_old and epic.approved_at is not None and edit.at <= epic.approved_at


def _unseen(epic: Epic, edit: IssueEdit | None, at: datetime, *, known: bool) -> IssueEdit | None:
    """Return the edit if whoever commands at that time cannot be said to have seen it."""
    if edit is None or (known and epic.started_at is not None) or _was_read(epic, edit, at):
        return None
    shown = epic.text_shown
    is_noted = epic.edit_not_used_at is not None and edit.at <= epic.edit_not_used_at
    is_approved = epic.approved_at is not None and edit.at <= epic.approved_at
    if (
        (is_noted or is_approved)
        and shown is not None
        and shown.digest == shown_digest(epic)
        and at - shown.at >= TIME_TO_READ
    ):
        return None
    return edit


def named_at(transition: Transition, at: datetime | None) -> datetime:
    """Return since when people count as having read what refuses a command of that time now.

    Not its own further lines: GitHub's clock, which counts whole seconds, may be ahead of ours.
    """
    return max(transition.now, (at or transition.now) + _GITHUB_TICK) - TIME_TO_READ


def _not_yet(transition: Transition, edit: IssueEdit, at: datetime) -> Refusal:
    """Refuse, which shows the edit: who comments after that has seen it."""
    transition.update_epic(edit_not_used_by=edit.by, edit_not_used_at=edit.at)
    digest = shown_digest(transition.epic)
    transition.update_epic(text_shown=TextShown(digest=digest, at=named_at(transition, at)))
    return Refusal(kind=RefusalKind.EDITED_JUST_BEFORE, editor=edit.by)


def is_approved(epic: Epic, body: str) -> bool:
    """Return whether agents would be given the same of `body` as of the approved text.

    Boxes of tasks that are done may be ticked: we do that ourselves.
    """
    approved, other = parse_checklist(epic.body), parse_checklist(body)
    if what_agents_get(approved) != what_agents_get(other):
        return False
    done = {
        (task.line_title, task.same_title_before)
        for task in epic.tasks
        if task.status is TaskStatus.COMPLETED
    }
    keys = item_keys(approved)
    return all(
        old.done == new.done or (new.done and key in done)
        for key, old, new in zip(keys, approved.items, other.items, strict=True)
    )


def what_agents_get(checklist: Checklist) -> tuple[object, ...]:
    """Return the text of the tasks and of the goal, line by line; empty ones mean nothing.

    White space before and between words may: in code, and where one line becomes two.
    """
    items = tuple((item.title, _lines(item.description), item.options) for item in checklist.items)
    return items, _lines(checklist.goal)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in text.splitlines() if line.strip())


def with_text(enrichment: Enrichment, text: IssueText) -> Enrichment:
    """Return the enrichment with that text in place of the one that was read."""
    return replace(enrichment, title=text.title, body=text.body)
