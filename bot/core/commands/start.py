from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.arguments import (
    CommandMistake,
    is_branch_name,
    is_model_name,
    key_values,
    quoted,
)


@dataclass(frozen=True)
class Start:
    """Begin the epic, on another base branch or with another model if asked."""

    verb: ClassVar[str] = "start"
    usage: ClassVar[str] = "start [base=B] [model=M]"
    summary: ClassVar[str] = "begin with the first task"
    example: ClassVar[str] = "start base=develop"

    base: str | None = None
    model: str | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        values = key_values(words, ("base", "model"), cls.usage)
        if isinstance(values, CommandMistake):
            return values
        base, model = values.get("base"), values.get("model")
        if base is not None and not is_branch_name(base):
            return CommandMistake(f"{quoted(base)} cannot be a branch.", usage=cls.usage)
        if model is not None and not is_model_name(model):
            return CommandMistake(f"{quoted(model)} cannot be a model.", usage=cls.usage)
        return cls(base, model)
