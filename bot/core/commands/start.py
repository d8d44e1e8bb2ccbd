from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from bot.core.commands.arguments import (
    CommandMistake,
    is_branch_name,
    is_model_name,
    key_values,
    moment,
    quoted,
)


@dataclass(frozen=True)
class Start:
    """Begin the epic, on another base branch, with another model or later if asked.

    `at` is in UTC, and may have passed.
    """

    verb: ClassVar[str] = "start"
    usage: ClassVar[str] = "start [base=B] [model=M] [at=TIME]"
    summary: ClassVar[str] = "begin with the first task, now or at a time"
    example: ClassVar[str] = "start base=develop"

    base: str | None = None
    model: str | None = None
    at: datetime | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        values = key_values(words, ("base", "model", "at"), cls.usage)
        if isinstance(values, CommandMistake):
            return values
        base, model = values.get("base"), values.get("model")
        if base is not None and not is_branch_name(base):
            return CommandMistake(f"{quoted(base)} cannot be a branch.", usage=cls.usage)
        if model is not None and not is_model_name(model):
            return CommandMistake(f"{quoted(model)} cannot be a model.", usage=cls.usage)
        at = moment(values["at"]) if "at" in values else None
        if "at" in values and at is None:
            return CommandMistake(_not_a_time(values["at"]), usage=cls.usage)
        return cls(base, model, at)


def _not_a_time(text: str) -> str:
    return (
        f"{quoted(text)} is not a date and time as in 2026-11-22T08:00+01:00"
        " (without the offset it is UTC's)."
    )
