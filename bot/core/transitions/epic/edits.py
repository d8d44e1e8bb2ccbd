"""Edits of the issue's text: used, not used, and kept from being overwritten by our own."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.effects import RestoreEdit
from bot.core.events import BodyEdited, BodyWritten, IssueEdit, IssueText
from bot.core.model.epic import Epic
from bot.core.model.identifiers import TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.plan import PlanStage
from bot.core.permissions import APPROVAL, authorize
from bot.core.text.checklist import parse_checklist
from bot.core.text.issue_body import NewItem, add_items, item_keys, tick_all, ticked_between
from bot.core.transitions.epic.approval import approve, note_edit
from bot.core.transitions.epic.approved_issues import with_read_texts
from bot.core.transitions.epic.approved_text import is_approved
from bot.core.transitions.epic.checklist import follow
from bot.core.transitions.epic.plan_lines import waits
from bot.core.transitions.epic.start import is_due, time_has_come
from bot.core.transitions.epic.steering import note_steering
from bot.core.transitions.transition import Transition

# A title, and how often it stands further up.
_Line = tuple[str, int]
_MAX_ADDED = 5


def edited(transition: Transition, event: BodyEdited) -> None:
    """Use an edit by somebody who may command; show that another's is not used."""
    assert event.enrichment is not None
    epic = transition.epic
    if not epic.follows_its_text or (epic.body, epic.title) == (event.body, event.title):
        return
    edit = IssueEdit(by=event.by, at=event.at or transition.now)
    if authorize(APPROVAL, event.by, event.enrichment, epic):
        note_edit(transition, edit)
        return
    if event.before is None:
        # Whoever wrote the body that stands there: this edit has not touched it.
        transition.update_epic(title=event.title)
        transition.log(Notice(kind=NoticeKind.TITLE_USED, by=event.by))
        return
    title = epic.title if event.title_before is None else event.title
    if is_approved(epic, _with_lines_to_come(epic, event.before, event.before, edit.at)):
        text = IssueText(
            title=title, body=_with_lines_to_come(epic, event.before, event.body, edit.at)
        )
        _use_edit(transition, event, text)
        return
    # Whatever somebody else wrote meanwhile is not approved by an edit of what it left.
    transition.update_epic(title=title)
    _tick(transition, ticked_between(event.before, event.body))
    if epic.edit_not_used_by is None:
        note_edit(transition, _whose_edit(epic, event) or edit)


def _whose_edit(epic: Epic, event: BodyEdited) -> IssueEdit | None:
    """Return the newest edit by somebody who may not command, of which no webhook has come."""
    assert event.enrichment is not None
    foreign = [one for one in event.enrichment.edits if not one.may_command]
    since = epic.approved_at
    unheard = [one for one in foreign if since is None or one.at >= since]
    return max(unheard, key=lambda one: one.at, default=None)


def _with_lines_to_come(epic: Epic, known: str, body: str, at: datetime) -> str:
    """Return the body with the lines that were to be written `at` that time, and `known` lacks.

    `add` and plans ask for them. A plan's that had been written, somebody took out again.
    """
    had = set(_lines_of(known))
    written_at = epic.plan.written_at if epic.plan is not None else None
    gone = _planned(epic) if written_at is not None and at > written_at else frozenset()
    to_come = [line for line in _lines_of(epic.body) if line not in had and line[0] not in gone]
    return _with_lines(epic, body, epic.body, to_come)


def _tick(transition: Transition, ticked: tuple[tuple[str, int], ...]) -> None:
    """Take over ticks alone; a box is no task's where those are sub-issues."""
    if transition.epic.referenced.are_tasks:
        return
    transition.update_epic(body=tick_all(transition.epic.body, ticked))
    for title, same_title_before in ticked:
        for task in transition.epic.tasks:
            if (task.line_title, task.same_title_before) != (title, same_title_before):
                continue
            if task.status is TaskStatus.PENDING:
                transition.update(task, status=TaskStatus.COMPLETED, ended_at=transition.now)
                transition.log(Notice(kind=NoticeKind.TICKED), task.number)


def _use_edit(transition: Transition, event: BodyEdited, text: IssueText) -> None:
    started = transition.epic.started_at is not None or transition.epic.start_at is not None
    before = transition.epic.tasks
    note_steering(transition, event.by)
    read = event.enrichment.referenced if event.enrichment is not None else None
    read = with_read_texts(transition.epic, read, event.at or transition.now)
    checklist = approve(transition, text, event.at, read=read)
    if started and not transition.epic.mistakes:
        follow(transition, checklist.items)
    if transition.epic.tasks != before or not started:
        transition.log(Notice(kind=NoticeKind.EDIT_USED, by=event.by))
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
    expected = _with_lines(transition.epic, ticked, event.after, approved)
    if expected != event.after:
        transition.emit(RestoreEdit(written=event.after, body=expected))


def _with_our_ticks(epic: Epic, event: BodyWritten) -> str:
    """Return the person's text with the boxes that are ours to tick: those of merged tasks.

    Of two lines of one title, which is which is known by the tasks, that have followed the edit.
    """
    merged = [task for task in epic.checklist_tasks if task.merge_sha is not None]
    return tick_all(event.before, [(task.line_title, task.same_title_before) for task in merged])


def _with_lines(epic: Epic, body: str, source: str, wanted: Collection[_Line]) -> str:
    """Return the body with the wanted lines that it lacks, each where `source` has it.

    An accepted plan's are written all at once. The others are few, one for each `add` meanwhile:
    where many are missing, somebody took them out.
    """
    made = _with_items(epic, body, source, wanted)
    if not _planned(epic) or epic.plan is None:
        return made
    # Elsewhere the same tasks may have other numbers.
    after = waits(epic, parse_checklist(made).items, epic.plan.tasks)
    return _with_items(epic, body, source, wanted, after)


def _with_items(
    epic: Epic,
    body: str,
    source: str,
    wanted: Collection[_Line],
    after: Mapping[str, tuple[int, ...]] | None = None,
) -> str:
    """Return the body with those lines; a plan's wait for the tasks that `after` says, if any."""
    standing, planned = set(_lines_of(body)), _planned(epic)
    group: list[NewItem] = []
    place = previous = None
    added = 0
    for line, item in zip(_lines_of(source), parse_checklist(source).items, strict=True):
        is_planned = line[0] in planned
        if line in wanted and line not in standing and (is_planned or added < _MAX_ADDED):
            place = place if group else previous
            options = item.options
            if is_planned and after is not None:
                options = replace(options, after=after.get(item.title, options.after))
            group.append(NewItem(title=item.title, description=item.description, options=options))
            added += not is_planned
        else:
            body, group = _with_group(body, group, place), []
        previous = line
    return _with_group(body, group, place)


def _with_group(body: str, group: list[NewItem], place: _Line | None) -> str:
    """Return the body with these items after that line, or without what does not fit there."""
    if not group:
        return body
    after, nth = place or (None, 0)
    made = add_items(body, group, after, nth)
    bare = [replace(item, description="") for item in group]
    return made or add_items(body, bare, after, nth) or body


def _planned(epic: Epic) -> frozenset[str]:
    """Return the titles of a plan that is being written, or has been."""
    plan = epic.plan
    if plan is None or plan.stage not in (PlanStage.ACCEPTED, PlanStage.WRITTEN):
        return frozenset()
    return frozenset(task.title for task in plan.new_tasks)


def _lines_of(body: str) -> list[_Line]:
    return item_keys(parse_checklist(body))
