from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import unexpected
from bot.core.effects import WHOLE_EPIC
from bot.core.events import CommandGiven
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.transitions.agent_run.teardown import stop
from bot.core.transitions.epic.endings import ended
from bot.core.transitions.transition import Transition


@dataclass(frozen=True)
class Cancel:
    """End the epic."""

    verb: ClassVar[str] = "cancel"
    usage: ClassVar[str] = "cancel"
    example: ClassVar[str] = "cancel"

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        return unexpected(words, cls.usage) or cls()

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Stop everything that is not done; open pull requests stay open."""
        if refusal := has_ended(transition.epic):
            return refusal
        if transition.epic.start_at is not None:
            transition.update_epic(start_at=None)
            called_off = Notice(kind=NoticeKind.START_CANCELLED, by=event.by)
            transition.log(called_off)
            return called_off
        transition.cancel_pending(WHOLE_EPIC)
        for task in transition.epic.tasks:
            if task.status is not TaskStatus.COMPLETED:
                ended(transition, stop(transition, task), TaskStatus.CANCELLED)
        plan = transition.epic.plan
        transition.update_epic(
            status=EpicStatus.CANCELLED,
            pausing=False,
            pausing_by=None,
            pause=None,
            plan=plan if plan is None or not plan.is_open else None,
            ended_at=transition.now,
        )
        transition.log(Notice(kind=NoticeKind.CANCELLED, by=event.by))
        return None


def has_ended(epic: Epic) -> Refusal | None:
    """Refuse where nothing is left to cancel, not even a scheduled start."""
    if epic.status.is_final and epic.start_at is None:
        return Refusal(kind=RefusalKind.ALREADY_ENDED)
    return None
