"""Which texts of the issues that tasks are about are approved: those that people could read."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from bot.core.events import ProgressCommentUpdated
from bot.core.model.epic import Epic
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reference import Referenced, ReferencedIssue, ReferenceProblem
from bot.core.transitions.epic.approved_text import TIME_TO_READ, named_at, shown_digest
from bot.core.transitions.transition import Transition

_UNREAD = (ReferenceProblem.EDITED, ReferenceProblem.ADDED)
_ALWAYS = datetime.min.replace(tzinfo=UTC)


def unread_since(epic: Epic, found: ReferencedIssue, at: datetime) -> datetime | None:
    """Return since when an edit of what was found matters at that time; None: none does."""
    known = epic.referenced.find(found.reference)
    if known is None or not (known.title or known.not_used):
        return _ALWAYS if found.is_new and epic.activated else at - TIME_TO_READ
    if found.problem is None and _is_in_use(epic, known) and _mark(found) == _mark(known):
        return None
    if _is_same(known, found) and known.not_used is None and epic.approved_at is not None:
        return min(at - TIME_TO_READ, epic.approved_at)
    return _ALWAYS


def with_read_texts(epic: Epic, found: Referenced | None, at: datetime) -> Referenced | None:
    """Return what was found with no text that nobody can have read `at` that time.

    The rule is that of the epic's own text. What agents were given stays in use, so that whoever
    edits the issue again and again holds up no `resume`.
    """
    if found is None:
        return None
    return replace(found, issues=tuple(_as_read(epic, one, at) for one in found.issues))


def _as_read(epic: Epic, found: ReferencedIssue, at: datetime) -> ReferencedIssue:
    known = epic.referenced.find(found.reference)
    if _is_unread(epic, known, found, at):
        return _not_used(epic, known, found)
    if known is None:
        return found
    if found.problem is not None:
        return replace(known, problem=found.problem, not_used=None, shown_at=None)
    return replace(found, shown_at=known.shown_at) if _is_same(known, found) else found


def _is_unread(
    epic: Epic, known: ReferencedIssue | None, found: ReferencedIssue, at: datetime
) -> bool:
    """Return whether whoever approves at that time cannot be said to have read what was found."""
    if found.edited_at is None:
        return False
    if known is None or not (known.title or known.not_used):
        # A sub-issue that was added since the others were shown may have been there for long.
        was_not_shown = found.is_new and epic.activated
        is_recent = at - found.edited_at < TIME_TO_READ
        return found.problem is None and (was_not_shown or is_recent)
    if found.problem is not None:
        return found.problem is ReferenceProblem.TOO_LONG and _is_in_use(epic, known)
    if _is_in_use(epic, known) and _mark(found) == _mark(known):
        return False
    return not (_is_same(known, found) and _was_shown(epic, known, found.edited_at, at))


def _was_shown(epic: Epic, known: ReferencedIssue, edited_at: datetime, at: datetime) -> bool:
    """Return whether people had the time to read the text that is known, or of its edit."""
    if known.shown_at is not None and at - known.shown_at >= TIME_TO_READ:
        return True
    # It stood on its own page for long before the epic's text was approved.
    is_old = at - edited_at >= TIME_TO_READ
    was_there = epic.approved_at is not None and edited_at <= epic.approved_at
    return known.not_used is None and is_old and was_there


def _not_used(epic: Epic, known: ReferencedIssue | None, found: ReferencedIssue) -> ReferencedIssue:
    """Return the issue with the text that it had, if any, beside the one that is not used."""
    is_in_use = known is not None and _is_in_use(epic, known)
    is_noted = known is not None and known.not_used == _mark(found)
    return replace(
        found,
        title=known.title if known is not None else "",
        description=known.description if known is not None else "",
        problem=None if is_in_use else _unread_problem(found),
        not_used=_mark(found),
        shown_at=known.shown_at if known is not None and is_noted else None,
    )


def _unread_problem(found: ReferencedIssue) -> ReferenceProblem:
    return ReferenceProblem.ADDED if found.is_new else ReferenceProblem.EDITED


def _is_in_use(epic: Epic, known: ReferencedIssue) -> bool:
    """Return whether agents are given the text that is known."""
    return bool(known.title) and epic.started_at is not None


def _is_same(known: ReferencedIssue, found: ReferencedIssue) -> bool:
    """Return whether people were shown what was found, or were told that it is not used."""
    return _mark(found) == (known.not_used or _mark(known))


def _mark(issue: ReferencedIssue) -> str:
    """Return what tells the text of the issue from any other."""
    return hashlib.sha256(f"{issue.title}\0{issue.description}".encode()).hexdigest()[:16]


def were_named(transition: Transition, at: datetime | None) -> None:
    """Note that a command given `at` that time is refused by name of the edits.

    Who commands after that has seen them.
    """
    seen_at = named_at(transition, at)
    issues = tuple(
        replace(one, shown_at=min(seen_at, one.shown_at or seen_at))
        if one.problem in _UNREAD
        else one
        for one in transition.epic.referenced.issues
    )
    _keep(transition, issues)


def were_shown(transition: Transition, event: ProgressCommentUpdated) -> None:
    """Note since when the progress comment shows the texts, and says which are not used."""
    if event.digest == shown_digest(transition.epic):
        issues = transition.epic.referenced.issues
        _keep(transition, tuple(replace(one, shown_at=one.shown_at or event.at) for one in issues))


def _keep(transition: Transition, issues: tuple[ReferencedIssue, ...]) -> None:
    if issues != transition.epic.referenced.issues:
        referenced = replace(transition.epic.referenced, issues=issues)
        transition.update_epic(referenced=referenced)


def edits_not_used(referenced: Referenced | None) -> Notice | None:
    """Return the notice of the issues that keep their text although another stands there."""
    issues = referenced.issues if referenced is not None else ()
    names = tuple(one.reference.key for one in issues if one.not_used and one.problem is None)
    return Notice(kind=NoticeKind.ISSUE_EDITS_NOT_USED, names=names) if names else None
