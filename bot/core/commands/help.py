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
class Help:
    """Ask which commands there are."""

    verb: ClassVar[str] = "help"
    usage: ClassVar[str] = "help"
    example: ClassVar[str] = "help"

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        return unexpected(words, cls.usage) or cls()

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer:
        """Show the commands."""
        del transition, event
        return Message(kind=MessageKind.HELP)
