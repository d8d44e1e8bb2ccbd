from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import (
    CommandMistake,
    has_digits_alone,
    number_mistake,
    task_number,
)
from bot.core.text.sanitize import one_line

MAX_FIX = 5_000


@dataclass(frozen=True)
class Fix:
    """Tell a task's agent something; None is the pull request's own task."""

    verb: ClassVar[str] = "fix"
    usage: ClassVar[str] = "fix [N] TEXT"
    summary: ClassVar[str] = "tell a task's agent what else to do"
    example: ClassVar[str] = "fix 2 Use the logger that is there"

    task: int | None
    text: str

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb; a number before all others is always the task's."""
        task = None
        if words and has_digits_alone(words[0]):
            task = task_number(words[0])
            if task is None:
                return number_mistake(words[0], cls.usage)
            words = words[1:]
        text = one_line(" ".join(words))
        if not text:
            return CommandMistake("fix needs words for the agent.", usage=cls.usage)
        if len(text) > MAX_FIX:
            message = f"The text has {len(text):,} characters; up to {MAX_FIX:,} are taken."
            return CommandMistake(message, usage=cls.usage)
        return cls(task, text)
