from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import CommandMistake, surplus


@dataclass(frozen=True)
class Doctor:
    """Ask what would go wrong, before anything is spent."""

    verb: ClassVar[str] = "doctor"
    usage: ClassVar[str] = "doctor"
    summary: ClassVar[str] = (
        "check permissions, rules, checks, branch and keys before anything is spent"
    )
    example: ClassVar[str] = "doctor"

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        return surplus(words, cls.usage) or cls()
