from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import unexpected
from bot.core.commands.targets import not_running
from bot.core.events import CommandGiven
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, Login
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Pause as Reason
from bot.core.model.reasons import PauseKind
from bot.core.model.refusals import Refusal
from bot.core.transitions.epic.endings import pause
from bot.core.transitions.epic.pausing import stop_all
from bot.core.transitions.transition import Transition


@dataclass(frozen=True)
class Pause:
    """Launch nothing more; the agents at work are stopped, or with `after` let finish."""

    verb: ClassVar[str] = "pause"
    usage: ClassVar[str] = "pause [after]"
    example: ClassVar[str] = "pause after"

    after: bool = False

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        after = bool(words) and words[0].lower() == "after"
        return unexpected(words[after:], cls.usage) or cls(after)

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Stop the agents and launch nothing more, or let the running task finish first."""
        epic = transition.epic
        if refusal := not_running(epic):
            return refusal
        if epic.status is EpicStatus.PAUSED:
            return self._hold(transition, epic, event.by)
        if self.after:
            transition.update_epic(pausing=True, pausing_by=epic.pausing_by or event.by)
            transition.log(Notice(kind=NoticeKind.PAUSE_REQUESTED, by=event.by))
            return None
        stop_all(transition)
        pause(transition, Reason(kind=PauseKind.PERSON, by=event.by))
        return None

    def _hold(self, transition: Transition, epic: Epic, by: Login) -> Notice:
        """Keep it paused until somebody resumes it, whatever becomes of the failed task."""
        if not self.after:
            stop_all(transition)
        transition.update_epic(pause=epic.pause and epic.pause.held_for(by))
        transition.log(Notice(kind=NoticeKind.PAUSED, pause=Reason(kind=PauseKind.PERSON, by=by)))
        return Notice(kind=NoticeKind.ALREADY_PAUSED)
