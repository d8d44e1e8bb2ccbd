"""The issue's text, taken over when somebody who may command approves it."""

from bot.core.effects import AddLabel
from bot.core.events import Enrichment, EpicLabelled
from bot.core.model.epic import Epic
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.permissions import APPROVAL, authorize
from bot.core.text.checklist import Checklist, parse_checklist
from bot.core.transitions.epic.checklist import follow
from bot.core.transitions.epic.settings import base_for, take_over_settings
from bot.core.transitions.transition import Transition

# The purposes of the answers to a label: hidden markers that never change.
_PURPOSES = {
    RefusalKind.ACCOUNT_NOT_SERVED: "stranger",
    RefusalKind.COULD_NOT_ASK: "could-not-ask",
    RefusalKind.NOT_ALLOWED: "label-not-allowed",
}


def labelled(transition: Transition, event: EpicLabelled) -> None:
    """Answer the label with what was understood; nothing starts by itself."""
    enrichment = event.enrichment
    assert enrichment is not None
    settings = enrichment.settings or transition.epic.settings
    if transition.epic.activated or event.label.lower() != settings.label.lower():
        return
    if refusal := authorize(APPROVAL, event.by, enrichment, transition.epic):
        message = Message(kind=MessageKind.REPLY, to=event.by, refusal=refusal)
        transition.comment(message, _PURPOSES[refusal.kind])
        return
    activate(transition, enrichment)
    transition.log(Notice(kind=NoticeKind.LABELLED, by=event.by))


def activate(transition: Transition, enrichment: Enrichment) -> Checklist:
    """Make the issue an epic, with its text and the repository's settings as they now stand."""
    transition.update_epic(activated=True, unprotected_base=enrichment.unprotected_base)
    take_over_settings(transition, enrichment)
    if transition.epic.started_at is None and transition.epic.start_at is None:
        base, own_branch = base_for(transition.epic, None)
        transition.update_epic(base_branch=base, has_epic_branch=own_branch)
    if not enrichment.is_labelled:
        transition.emit(AddLabel(label=transition.epic.settings.label))
    return approve(transition, enrichment)


def approve(transition: Transition, enrichment: Enrichment) -> Checklist:
    """Take over the text as it stands: this is what agents will be given."""
    body = enrichment.body or ""
    checklist = parse_checklist(body)
    transition.update_epic(
        title=enrichment.title or "",
        body=body,
        goal=checklist.goal,
        mistakes=checklist.mistakes,
        edit_not_used_by=None,
    )
    return checklist


def take_over(transition: Transition, enrichment: Enrichment) -> Refusal | None:
    """Approve the text and make its items the epic's tasks; known ones keep their numbers.

    Returns why the epic cannot start from that text, None where it can.
    """
    checklist = activate(transition, enrichment)
    if refusal := unusable(transition.epic):
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
    if not epic.tasks and not parse_checklist(epic.body).items:
        return Refusal(kind=RefusalKind.NO_CHECKLIST)
    return None
