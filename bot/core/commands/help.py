from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import CommandMistake, surplus


@dataclass(frozen=True)
class Help:
    """Ask which commands there are."""

    verb: ClassVar[str] = "help"
    usage: ClassVar[str] = "help"
    summary: ClassVar[str] = "show the commands"
    example: ClassVar[str] = "help"

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        return surplus(words, cls.usage) or cls()
