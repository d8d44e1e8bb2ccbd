from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self, TypeVar

from bot.core.commands.arguments import (
    CommandMistake,
    is_model_name,
    key_values,
    listed,
    nearest_of,
    quoted,
)
from bot.core.model.settings import MergeWhen, OnFailure, Overrides, Priority

_Choice = TypeVar("_Choice", bound=StrEnum)
_CHOICES: Mapping[str, type[StrEnum]] = {
    "priority": Priority,
    "merge": MergeWhen,
    "on_failure": OnFailure,
}


@dataclass(frozen=True)
class Set:
    """Change how this epic is run; what `overrides` leaves out stays as it was."""

    verb: ClassVar[str] = "set"
    usage: ClassVar[str] = "set KEY=VALUE [KEY=VALUE…]"
    summary: ClassVar[str] = "change this epic's model, priority, merge or on_failure"
    example: ClassVar[str] = "set merge=approved"

    overrides: Overrides

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | CommandMistake:
        """Read the words after the verb."""
        if not words:
            return CommandMistake(f"set needs a setting, as in {cls.example}.", usage=cls.usage)
        values = key_values(words, ("model", *_CHOICES), cls.usage)
        if isinstance(values, CommandMistake):
            return values
        model = values.get("model")
        if model is not None and not is_model_name(model):
            return CommandMistake(f"{quoted(model)} cannot be a model.", usage=cls.usage)
        return _unknown_value(values) or cls(
            Overrides(
                model=model,
                priority=_chosen(Priority, values.get("priority")),
                merge_when=_chosen(MergeWhen, values.get("merge")),
                on_failure=_chosen(OnFailure, values.get("on_failure")),
            )
        )


def _chosen(kind: type[_Choice], value: str | None) -> _Choice | None:
    return None if value is None else kind(value.lower())


def _unknown_value(values: Mapping[str, str]) -> CommandMistake | None:
    for key, value in values.items():
        accepted = list(_CHOICES.get(key, ()))
        if accepted and value.lower() not in accepted:
            near = nearest_of(value, accepted)
            pairs = (f"{name}={word}" for name, word in {**values, key: near}.items())
            return CommandMistake(
                f"{key} is {listed(accepted, 'or')}, not {quoted(value)}.",
                nearest=" ".join(["set", *pairs]) if near else None,
                usage=Set.usage,
            )
    return None
