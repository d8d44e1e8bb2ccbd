"""One effect of each kind."""

from dataclasses import MISSING, fields
from typing import Any, get_origin

from bot.core.effects import Effect
from bot.core.model.identifiers import RepositoryName
from bot.core.model.messages import Message, MessageKind
from bot.core.model.options import TaskOptions

NUMBERS = {"task": 1, "number": 10, "comment_id": 7, "prompt_index": 2, "issue": 5, "attempt": 3}
BY_TYPE: dict[Any, Any] = {
    bool: False,
    int: 0,
    Message: Message(kind=MessageKind.HELP),
    TaskOptions: TaskOptions(),
    RepositoryName: RepositoryName("acme", "widgets"),
}


def sample(kind: type[Effect], **values: Any) -> Any:
    """One with a value for each field that must have one: its name, if it is a word."""
    needed = [one for one in fields(kind) if one.default is MISSING]
    return kind(**{one.name: values.get(one.name, _value(one.name, one.type)) for one in needed})


def _value(name: str, kind: Any) -> Any:
    if name in NUMBERS:
        return NUMBERS[name]
    return () if get_origin(kind) is tuple else BY_TYPE.get(kind, name)
