from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import CommandMistake, surplus


@dataclass(frozen=True)
class Pause:
    """Launch nothing more; the agents at work are stopped, or with `after` let finish."""

    verb: ClassVar[str] = "pause"
    usage: ClassVar[str] = "pause [after]"
    summary: ClassVar[str] = "stop the agents at work; with “after”, let them finish first"
    example: ClassVar[str] = "pause after"

    after: bool = False

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        after = bool(words) and words[0].lower() == "after"
        return surplus(words[after:], cls.usage) or cls(after)
