from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import (
    MAX_TASK_NUMBER,
    CommandMistake,
    quoted,
    surplus,
    task_number,
)


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
        if not words:
            return cls()
        if mistake := surplus(words[1:], cls.usage):
            return mistake
        if number := task_number(words[0]):
            return cls(number)
        message = f"{quoted(words[0])} is not a task's number (1 to {MAX_TASK_NUMBER})."
        return CommandMistake(message, usage=cls.usage)
