from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import CommandMistake, optional_task


@dataclass(frozen=True)
class Restart:
    """Do a task from scratch; None is the one whose pull request the comment stands on."""

    verb: ClassVar[str] = "restart"
    usage: ClassVar[str] = "restart [N]"
    summary: ClassVar[str] = (
        "do a task from scratch: new branch, new agent; its pull request is closed"
    )
    example: ClassVar[str] = "restart 2"

    task: int | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        task = optional_task(words, cls.usage)
        return task if isinstance(task, CommandMistake) else cls(task)
