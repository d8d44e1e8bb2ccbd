from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import CommandMistake, optional_task


@dataclass(frozen=True)
class Logs:
    """Ask what happened; with a task's number, what its agent was told."""

    verb: ClassVar[str] = "logs"
    usage: ClassVar[str] = "logs [N]"
    summary: ClassVar[str] = "show the last events; of a task, the exact prompt its agent was given"
    example: ClassVar[str] = "logs 2"

    task: int | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        task = optional_task(words, cls.usage)
        return task if isinstance(task, CommandMistake) else cls(task)
