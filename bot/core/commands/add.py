from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import (
    CommandMistake,
    has_digits_alone,
    number_mistake,
    task_number,
)
from bot.core.text.checklist import MAX_TITLE
from bot.core.text.sanitize import one_line

_QUOTES = ('""', "''", "“”", "„“", "«»")


@dataclass(frozen=True)
class Add:
    """Append a task to the checklist; with `after`, one that waits for that task."""

    verb: ClassVar[str] = "add"
    usage: ClassVar[str] = "add TITLE [after N]"
    summary: ClassVar[str] = "append a task to the checklist"
    example: ClassVar[str] = "add Describe the new endpoints after 2"

    title: str
    after: int | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb; the title is one that a checklist takes as it is."""
        after = None
        if len(words) > 1 and words[-2].lower() == "after" and has_digits_alone(words[-1]):
            after = task_number(words[-1])
            if after is None:
                return number_mistake(words[-1], cls.usage)
            words = words[:-2]
        title = _unquoted(one_line(" ".join(words)))
        if not title:
            return CommandMistake("add needs the new task's title.", usage=cls.usage)
        if len(title) > MAX_TITLE:
            message = f"The title has {len(title):,} characters; up to {MAX_TITLE} are taken."
            return CommandMistake(message, usage=cls.usage)
        return cls(title, after)


def _unquoted(title: str) -> str:
    """Take away the quotation marks around all of the title, and only those."""
    marks, within = title[:1] + title[-1:], title[1:-1]
    if len(title) > 1 and marks in _QUOTES and not set(marks) & set(within):
        return within.strip()
    return title
