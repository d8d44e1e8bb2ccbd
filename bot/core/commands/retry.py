from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Self

from bot.core.commands.arguments import (
    MAX_TASK_NUMBER,
    CommandMistake,
    quoted,
    surplus,
    task_number,
)


@dataclass(frozen=True)
class Retry:
    """Try failed tasks again; None is the pull request's own task, or the failed ones."""

    verb: ClassVar[str] = "retry"
    usage: ClassVar[str] = "retry [N|all]"
    summary: ClassVar[str] = "try a failed task again, or all of them"
    example: ClassVar[str] = "retry 2"

    task: int | Literal["all"] | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        if not words:
            return cls()
        if mistake := surplus(words[1:], cls.usage):
            return mistake
        if words[0].lower() == "all":
            return cls("all")
        if number := task_number(words[0]):
            return cls(number)
        message = (
            f"{quoted(words[0])} is neither “all” nor a task's number (1 to {MAX_TASK_NUMBER})."
        )
        return CommandMistake(message, usage=cls.usage)
