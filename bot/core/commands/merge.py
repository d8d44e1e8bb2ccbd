from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import CommandMistake, optional_task


@dataclass(frozen=True)
class Merge:
    """Merge now; None is the pull request that the comment stands on."""

    verb: ClassVar[str] = "merge"
    usage: ClassVar[str] = "merge [N]"
    summary: ClassVar[str] = "merge a task's pull request now, as far as GitHub's own rules allow"
    example: ClassVar[str] = "merge 2"

    task: int | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        task = optional_task(words, cls.usage)
        return task if isinstance(task, CommandMistake) else cls(task)
