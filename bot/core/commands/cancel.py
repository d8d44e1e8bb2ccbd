from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import CommandMistake, surplus


@dataclass(frozen=True)
class Cancel:
    """End the epic."""

    verb: ClassVar[str] = "cancel"
    usage: ClassVar[str] = "cancel"
    summary: ClassVar[str] = (
        "stop the agents and leave the rest undone; open pull requests stay open"
    )
    example: ClassVar[str] = "cancel"

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        return surplus(words, cls.usage) or cls()
