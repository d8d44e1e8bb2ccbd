from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import CommandMistake, optional_task


@dataclass(frozen=True)
class Skip:
    """Leave a task out; None is the task whose pull request the comment stands on."""

    verb: ClassVar[str] = "skip"
    usage: ClassVar[str] = "skip [N]"
    summary: ClassVar[str] = "leave a task out; its pull request stays open"
    example: ClassVar[str] = "skip 2"

    task: int | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        task = optional_task(words, cls.usage)
        return task if isinstance(task, CommandMistake) else cls(task)
