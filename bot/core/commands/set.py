import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self, TypeVar

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import (
    is_model_name,
    key_values,
    nearest_of,
    shortened,
    unknown_model,
)
from bot.core.events import CommandGiven
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.settings import MAX_PARALLEL, MergeWhen, OnFailure, Overrides, Priority
from bot.core.transitions.epic.settings import override
from bot.core.transitions.pull_request.waiting import fetch
from bot.core.transitions.transition import Transition

_SMALL = re.compile("[1-9][0-9]?")
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
    example: ClassVar[str] = "set merge=approved"

    overrides: Overrides

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        keys = ("model", *_CHOICES, "max_parallel")
        if not words:
            return Refusal(kind=RefusalKind.NO_SETTING, accepted=keys, usage=cls.usage)
        values = key_values(words, keys, cls.usage)
        if isinstance(values, Refusal):
            return values
        model = values.get("model")
        if model is not None and not is_model_name(model):
            kind = RefusalKind.NOT_A_MODEL
            return Refusal(kind=kind, word=shortened(model), usage=cls.usage)
        parallel = values.get("max_parallel")
        if parallel is not None and not is_parallel(parallel):
            return Refusal(
                kind=RefusalKind.NOT_A_NUMBER,
                key="max_parallel",
                word=shortened(parallel),
                limit=MAX_PARALLEL,
                usage=cls.usage,
            )
        return _unknown_value(values) or cls(
            Overrides(
                model=model,
                priority=_chosen(Priority, values.get("priority")),
                merge_when=_chosen(MergeWhen, values.get("merge")),
                max_parallel=int(parallel) if parallel else None,
                on_failure=_chosen(OnFailure, values.get("on_failure")),
            )
        )

    @property
    def model(self) -> str | None:
        """The model that is set."""
        return self.overrides.model

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer:
        """Change what this epic does, whatever the repository's file says."""
        if refusal := unknown_model(event, self.usage):
            return refusal
        override(transition, self.overrides)
        later = transition.epic.status.is_final
        notice = Notice(
            kind=NoticeKind.SETTINGS_CHANGED_FOR_NEXT_START
            if later
            else NoticeKind.SETTINGS_CHANGED,
            by=event.by,
            values=self._values(),
        )
        transition.log(notice)
        if transition.epic.status is EpicStatus.ACTIVE:
            for task in list(transition.epic.under_way()):
                if task.status is TaskStatus.PR_OPEN:
                    fetch(transition, task)
        return notice

    def _values(self) -> tuple[tuple[str, str], ...]:
        """Return what is set, by the keys that people write."""
        pairs = (
            ("model", self.overrides.model),
            ("priority", self.overrides.priority),
            ("merge", self.overrides.merge_when),
            ("on_failure", self.overrides.on_failure),
            ("max_parallel", self.overrides.max_parallel),
        )
        return tuple((key, str(value)) for key, value in pairs if value is not None)


def is_parallel(word: str) -> bool:
    """Return whether so many tasks may be under way at a time."""
    return _SMALL.fullmatch(word) is not None and int(word) <= MAX_PARALLEL


def _chosen(kind: type[_Choice], value: str | None) -> _Choice | None:
    return None if value is None else kind(value.lower())


def _unknown_value(values: Mapping[str, str]) -> Refusal | None:
    for key, value in values.items():
        accepted = tuple(str(choice) for choice in _CHOICES.get(key, ()))
        if accepted and value.lower() not in accepted:
            near = nearest_of(value, accepted)
            pairs = (f"{name}={word}" for name, word in {**values, key: near}.items())
            return Refusal(
                kind=RefusalKind.UNKNOWN_VALUE,
                key=key,
                word=shortened(value),
                accepted=accepted,
                nearest=" ".join(["set", *pairs]) if near else None,
                usage=Set.usage,
            )
    return None
