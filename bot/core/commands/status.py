from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import CommandMistake, surplus


@dataclass(frozen=True)
class Status:
    """Ask where the epic stands."""

    verb: ClassVar[str] = "status"
    usage: ClassVar[str] = "status"
    summary: ClassVar[str] = "say where the epic stands"
    example: ClassVar[str] = "status"

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        return surplus(words, cls.usage) or cls()
