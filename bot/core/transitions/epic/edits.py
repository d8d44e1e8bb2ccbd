"""Edits of the issue's text: used, not used, and kept from being overwritten by our own."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from bot.core.effects import RestoreEdit
from bot.core.events import BodyEdited, BodyWritten, Enrichment
from bot.core.model.epic import Epic
from bot.core.model.identifiers import Login, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.permissions import APPROVAL, authorize
from bot.core.text.checklist import parse_checklist
from bot.core.text.issue_body import add_line, tick_all, ticked_between
from bot.core.transitions.epic.approval import approve
from bot.core.transitions.epic.checklist import follow
from bot.core.transitions.epic.start import is_due, time_has_come
from bot.core.transitions.transition import Transition

# A title, and how often it stands further up.
_Line = tuple[str, int]
_MAX_ADDED = 5


def edited(transition: Transition, event: BodyEdited) -> None:
    """Use an edit by somebody who may command; show that another's is not used."""
    assert event.enrichment is not None
    epic = transition.epic
    if not epic.follows_its_text:
        return
    # Before the text is even read: a stranger may have written one that takes long.
    if authorize(APPROVAL, event.by, event.enrichment, epic):
        if (epic.title, epic.body) != (event.title, event.body):
            transition.update_epic(edit_not_used_by=event.by)
            transition.log(Notice(kind=NoticeKind.EDIT_NOT_USED, by=event.by))
        return
    body = epic.body if event.before is None else _with_lines_to_come(epic, event)
    enrichment = replace(event.enrichment, title=event.title, body=body)
    if _same_text(epic, enrichment):
        return
    if event.before is None:
        # Whoever wrote the body that stands there: this edit has not touched it.
        transition.update_epic(title=event.title)
        transition.log(Notice(kind=NoticeKind.TITLE_USED, by=event.by))
        return
    ticked = ticked_between(event.before, event.body)
    if epic.edit_not_used_by is not None and ticked is not None:
        # A tick approves nothing that somebody else wrote meanwhile.
        _tick(transition, ticked)
    else:
        _use_edit(transition, event.by, enrichment)


def _with_lines_to_come(epic: Epic, event: BodyEdited) -> str:
    """Return the edited text, with the lines that `add` asked for and the edit did not know."""
    if epic.edit_not_used_by is not None:
        return event.body
    known = _lines_of(event.before or "")
    to_come = [line for line in _lines_of(epic.body) if line not in known]
    return _with_lines(event.body, epic.body, to_come)


def _tick(transition: Transition, ticked: tuple[tuple[str, int], ...]) -> None:
    """Take over ticks alone."""
    transition.update_epic(body=tick_all(transition.epic.body, ticked))
    for title, same_title_before in ticked:
        for task in transition.epic.tasks:
            if (task.title, task.same_title_before) != (title, same_title_before):
                continue
            if task.status is TaskStatus.PENDING:
                transition.update(task, status=TaskStatus.COMPLETED, ended_at=transition.now)
                transition.log(Notice(kind=NoticeKind.TICKED), task.number)


def _use_edit(transition: Transition, by: Login, enrichment: Enrichment) -> None:
    started = transition.epic.started_at is not None or transition.epic.start_at is not None
    before = transition.epic.tasks
    checklist = approve(transition, enrichment)
    if started and not transition.epic.mistakes:
        follow(transition, checklist.items)
    if transition.epic.tasks != before or not started:
        transition.log(Notice(kind=NoticeKind.EDIT_USED, by=by))
    if is_due(transition):
        time_has_come(transition)


def written(transition: Transition, event: BodyWritten) -> None:
    """Restore a person's edit that our write overwrote: GitHub has no conditional write."""
    own = transition.epic.body_written == event.before
    transition.update_epic(body_written=event.after)
    if own or not transition.epic.activated:
        return
    # A further line that the approved text has too is one that `add` asked for.
    ticked, approved = _with_our_ticks(transition.epic, event), _lines_of(transition.epic.body)
    expected = _with_lines(ticked, event.after, approved)
    if expected != event.after:
        transition.emit(RestoreEdit(written=event.after, body=expected))


def _with_our_ticks(epic: Epic, event: BodyWritten) -> str:
    lines = [(task.line_title, task.same_title_before) for task in epic.tasks]
    standing = _ticked_of(event.after)
    return tick_all(event.before, [line for line in lines if line in standing])


def _ticked_of(body: str) -> set[_Line]:
    items = parse_checklist(body).items
    return {line for line, item in zip(_lines_of(body), items, strict=True) if item.done}


def _with_lines(body: str, source: str, wanted: Collection[_Line]) -> str:
    """Return the body with the wanted lines that it lacks, each where `source` has it.

    They are few, one for each `add` meanwhile. Where many are missing, somebody took them out.
    """
    standing, previous = set(_lines_of(body)), None
    added = 0
    for line in _lines_of(source):
        if line in wanted and line not in standing and added < _MAX_ADDED:
            place, nth = previous or (None, 0)
            body = add_line(body, line[0], place, nth) or body
            added += 1
        previous = line
    return body


def _lines_of(body: str) -> list[_Line]:
    seen: Counter[str] = Counter()
    lines = []
    for item in parse_checklist(body).items:
        lines.append((item.title, seen[item.title]))
        seen[item.title] += 1
    return lines


def _same_text(epic: Epic, enrichment: Enrichment) -> bool:
    return epic.body == (enrichment.body or "") and epic.title == (enrichment.title or "")
