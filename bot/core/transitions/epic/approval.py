"""The issue's text, taken over when somebody who may command approves it."""

from datetime import datetime

from bot.core.effects import AddLabel
from bot.core.events import CommandGiven, Enrichment, EpicLabelled, IssueEdit, IssueText, Shown
from bot.core.model.epic import Epic
from bot.core.model.identifiers import TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reference import Referenced
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.permissions import APPROVAL, authorize, is_unheard, permissions_for
from bot.core.text.checklist import Checklist
from bot.core.text.references import listed_tasks, open_references
from bot.core.transitions.epic.approved_issues import (
    edits_not_used,
    were_named,
    with_read_texts,
)
from bot.core.transitions.epic.approved_text import choose_text
from bot.core.transitions.epic.checklist import follow, wrong_order
from bot.core.transitions.epic.planning import with_lines_to_come
from bot.core.transitions.epic.settings import base_for, take_over_settings
from bot.core.transitions.epic.steering import note_steering
from bot.core.transitions.transition import Transition

# The purposes of the answers to a label: hidden markers that never change.
_PURPOSES = {
    RefusalKind.ACCOUNT_NOT_SERVED: "stranger",
    RefusalKind.COULD_NOT_ASK: "could-not-ask",
    RefusalKind.INTERNAL_ERROR: "internal-error",
    RefusalKind.NOT_ALLOWED: "label-not-allowed",
}


def labelled(transition: Transition, event: EpicLabelled) -> None:
    """Answer the label with what was understood; nothing starts by itself."""
    enrichment = event.enrichment
    assert enrichment is not None
    settings = enrichment.settings or transition.epic.settings
    if transition.epic.activated or event.label.lower() != settings.label.lower():
        return
    if is_unheard(event, permissions_for(enrichment, transition.epic)):
        return
    if refusal := authorize(APPROVAL, event.by, enrichment, transition.epic):
        if enrichment.shown not in {None, Shown.WORDS}:
            return
        message = Message(kind=MessageKind.REPLY, to=event.by, refusal=refusal)
        transition.comment(message, _PURPOSES[refusal.kind])
        return
    chosen = choose_text(transition, event, enrichment)
    if isinstance(chosen, Refusal):
        message = Message(kind=MessageKind.REPLY, to=event.by, refusal=chosen)
        transition.comment(message, "please-repeat")
        return
    activate(transition, enrichment)
    note_steering(transition, event.by)
    approve(transition, chosen[0], event.at, chosen[1], enrichment.referenced)
    transition.log(Notice(kind=NoticeKind.LABELLED, by=event.by))


def activate(transition: Transition, enrichment: Enrichment) -> None:
    """Make the issue an epic, with the repository's settings as they now stand."""
    transition.update_epic(activated=True, unprotected_base=enrichment.unprotected_base)
    take_over_settings(transition, enrichment)
    if transition.epic.started_at is None and transition.epic.start_at is None:
        base, own_branch = base_for(transition.epic, None)
        transition.update_epic(base_branch=base, has_epic_branch=own_branch)
    if not enrichment.is_labelled:
        transition.emit(AddLabel(label=transition.epic.settings.label))


def approve(
    transition: Transition,
    text: IssueText,
    at: datetime | None,
    later: IssueEdit | None = None,
    read: Referenced | None = None,
) -> Checklist:
    """Take over the text that was approved `at` that time: this is what agents will be given.

    An edit `later` than that is not used. `read` are issues that tasks are about, as they then are.
    """
    take_over_references(transition, text.body, read)
    epic = transition.epic
    checklist = listed_tasks(text.body, epic.referenced, epic.repository)
    note_edit(transition, later)
    transition.update_epic(
        title=text.title,
        body=text.body,
        goal=checklist.goal,
        mistakes=checklist.mistakes or wrong_order(transition.epic, checklist),
        approved_at=at or transition.now,
    )
    return checklist


def take_over_references(transition: Transition, body: str, read: Referenced | None) -> None:
    """Keep what was read of the issues that tasks are about, and what was known of the others.

    One whose task may yet be merged stays known, also once no line names it: it is to be closed.
    """
    epic = transition.epic
    read = read or (epic.referenced if epic.referenced.are_tasks else Referenced())
    if not read.are_tasks:
        undone = (task for task in epic.tasks if task.status is not TaskStatus.COMPLETED)
        of_tasks = (task.reference for task in undone if task.reference is not None)
        named = (*open_references(body, epic.repository), *of_tasks)
        found = (read.find(one) or epic.referenced.find(one) for one in named)
        read = Referenced(issues=tuple(dict.fromkeys(one for one in found if one)))
    transition.update_epic(referenced=read)


def note_edit(transition: Transition, edit: IssueEdit | None) -> None:
    """Show whose edit is not used."""
    by, at = (edit.by, edit.at) if edit else (None, None)
    if by is not None and transition.epic.edit_not_used_by != by:
        transition.log(Notice(kind=NoticeKind.EDIT_NOT_USED, by=by))
    transition.update_epic(edit_not_used_by=by, edit_not_used_at=at)


def take_over(transition: Transition, event: CommandGiven) -> Refusal | None:
    """Approve the text and make its items the epic's tasks; known ones keep their numbers.

    Returns why the epic cannot start from that text, None where it can.
    """
    assert event.enrichment is not None
    read = with_read_texts(transition.epic, event.enrichment.referenced, event.at or transition.now)
    chosen = choose_text(transition, event, event.enrichment)
    if isinstance(chosen, Refusal):
        return chosen
    activate(transition, event.enrichment)
    text, later = chosen
    text = with_lines_to_come(transition.epic, text, event.at)
    # Away from the issue no other text is approved than before.
    at = event.at if event.pull_request is None else transition.epic.approved_at
    checklist = approve(transition, text, at, later, read)
    if notice := edits_not_used(read):
        transition.log(notice)
    if refusal := unusable(transition.epic):
        if refusal.mistakes:
            were_named(transition, event.at)
        return refusal
    follow(transition, checklist.items)
    return None


def unusable(epic: Epic) -> Refusal | None:
    """Return why the epic cannot start from its approved text and settings, None where it can."""
    if epic.settings_mistakes:
        mistakes = epic.settings_mistakes
        return Refusal(kind=RefusalKind.SETTINGS_MISTAKES, settings_mistakes=mistakes)
    if epic.mistakes:
        return Refusal(kind=RefusalKind.CHECKLIST_MISTAKES, mistakes=epic.mistakes)
    if not (epic.tasks or listed_tasks(epic.body, epic.referenced, epic.repository).items):
        from_sub_issues = epic.referenced.are_tasks
        kind = RefusalKind.NO_SUB_ISSUES if from_sub_issues else RefusalKind.NO_CHECKLIST
        return Refusal(kind=kind)
    return None
