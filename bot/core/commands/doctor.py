from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import unexpected
from bot.core.events import CommandGiven
from bot.core.model.messages import Message, MessageKind
from bot.core.model.refusals import Refusal
from bot.core.transitions.transition import Transition


@dataclass(frozen=True)
class Doctor:
    """Ask what would go wrong, before anything is spent."""

    verb: ClassVar[str] = "doctor"
    usage: ClassVar[str] = "doctor"
    example: ClassVar[str] = "doctor"

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        return unexpected(words, cls.usage) or cls()

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer:
        """Show what was found."""
        del transition
        assert event.enrichment is not None
        return Message(kind=MessageKind.DOCTOR, findings=event.enrichment.findings)
