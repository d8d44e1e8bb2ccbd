from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import unexpected
from bot.core.commands.start import name_taken
from bot.core.effects import CreateBaseBranch
from bot.core.events import CommandGiven
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.transitions.epic.approval import take_over
from bot.core.transitions.epic.approved_issues import edits_not_used
from bot.core.transitions.epic.pausing import resume_task, set_active, take_over_base
from bot.core.transitions.transition import Transition


@dataclass(frozen=True)
class Resume:
    """Continue the epic."""

    verb: ClassVar[str] = "resume"
    usage: ClassVar[str] = "resume"
    example: ClassVar[str] = "resume"

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        return unexpected(words, cls.usage) or cls()

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Continue from the current state on GitHub and at the agents' provider."""
        enrichment = event.enrichment
        assert enrichment is not None
        if transition.epic.status is EpicStatus.ACTIVE and transition.epic.pausing:
            transition.update_epic(pausing=False, pausing_by=None)
            return None
        if transition.epic.status is not EpicStatus.PAUSED:
            return Refusal(kind=RefusalKind.NOT_PAUSED)
        if refusal := name_taken(event):
            return refusal
        if refusal := take_over(transition, event) or failed_for_good(transition.epic):
            return refusal
        set_active(transition)
        take_over_base(transition, enrichment)
        transition.log(Notice(kind=NoticeKind.RESUMED, by=event.by))
        _continue(transition)
        return edits_not_used(transition.epic.referenced)


def failed_for_good(epic: Epic) -> Refusal | None:
    """Refuse where a failed task needs a decision first: it left nothing that could be fixed.

    Where nothing was seen of its agent's work, its branch is looked at again instead.
    """
    stuck = [task for task in epic.stuck() if not task.may_have_work]
    if not stuck:
        return None
    return Refusal(kind=RefusalKind.TASK_FAILED, task=stuck[0].number, failure=stuck[0].failure)


def _continue(transition: Transition) -> None:
    epic = transition.epic
    if not epic.base_is_ready:
        transition.emit(CreateBaseBranch(branch=epic.base, source=epic.default_branch))
    for task in epic.tasks:
        resume_task(transition, task)
