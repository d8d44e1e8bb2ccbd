from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import CommandMistake, surplus


@dataclass(frozen=True)
class Resume:
    """Go on with the epic."""

    verb: ClassVar[str] = "resume"
    usage: ClassVar[str] = "resume"
    summary: ClassVar[str] = "go on, from the state as it now is on GitHub and at Cursor"
    example: ClassVar[str] = "resume"

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        return surplus(words, cls.usage) or cls()
