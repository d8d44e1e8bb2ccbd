"""A task's attributes: code spans such as `after: 1,3` at the end of an item's first line."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.core.model.mistakes import Accepted, ChecklistMistake, ValueType
from bot.core.model.mistakes import ChecklistMistakeKind as Kind
from bot.core.model.money import MAX_DOLLARS, dollars, dollars_text
from bot.core.model.options import TaskOptions, TaskPriority
from bot.core.model.settings import Complexity, MergeWhen

MAX_RETRIES = 10
_MAX_AFTER = 50
# More than all attributes that people write on a line.
_MAX_SPANS = 20
_MAX_SPAN = 240
_SPAN = re.compile(rf"(?<!`)`[^`\n]{{1,{_MAX_SPAN}}}`\Z")
_PAIR = re.compile(r"`(?P<key>[A-Za-z_]{1,20}):(?P<value>[^`\n]{0,200})`")
# What people write between attributes, and behind the last.
_BETWEEN = " \t.,;()"
_NUMBER = re.compile(r"#?([1-9][0-9]{0,3})")
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")


@dataclass(frozen=True)
class Line:
    """An item's first line: its text without the attributes, what they say, and what is wrong."""

    text: str
    options: TaskOptions
    mistakes: tuple[ChecklistMistake, ...]


@dataclass(frozen=True)
class _Attribute:
    """One attribute: what it accepts, and how it is read; None where it isn't accepted."""

    accepted: Accepted
    read: Callable[[str], Any]


def read_attributes(text: str, line: int | None = None) -> Line:
    """Read the attributes at the end of a line; `line` is its number, from 1, for the mistakes.

    Of the code spans that end it, a full stop, commas and brackets aside, those count whose key is
    an attribute, or one with a slip; the others are text.
    """
    values: dict[str, Any] = {}
    mistakes: list[ChecklistMistake] = []
    whole = text.rstrip()
    # A backslash there is but a line break of Markdown's.
    unbroken = whole.removesuffix("\\").rstrip()
    whole = unbroken if unbroken.endswith("`") else whole
    head, spans = _ending(whole)
    if len(spans) > _MAX_SPANS:
        return Line(text, TaskOptions(), ())
    found = [_attribute(span) for span, _ in spans]
    for pair in reversed(found):
        mistake = _read(pair["key"].lower(), pair["value"].strip(), values) if pair else None
        if pair is not None and mistake is not None:
            mistakes.append(replace(mistake, line=line, quote=pair[0].strip("`")))
    if any(found):
        whole = _left(head, [(span, gap, not _attribute(span)) for span, gap in spans])
    return Line(whole, TaskOptions(**values), tuple(reversed(mistakes)))


def _ending(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the code spans that end a text, each with what stands behind it, and the rest."""
    spans: list[tuple[str, str]] = []
    while len(spans) <= _MAX_SPANS:
        kept = text.rstrip(_BETWEEN)
        found = _SPAN.search(kept, max(0, len(kept) - _MAX_SPAN - 2))
        if found is None:
            break
        spans.insert(0, (found[0], text[len(kept) :]))
        text = text[: found.start()]
    return text, spans


def _attribute(span: str) -> re.Match[str] | None:
    found = _PAIR.fullmatch(span)
    key = found["key"].lower() if found else ""
    return found if key in ATTRIBUTES or _meant(key) is not None else None


def _left(head: str, spans: list[tuple[str, str, bool]]) -> str:
    """Return the text without attributes, and without what only separates or encloses them."""
    for span, gap, is_text in spans:
        if is_text:
            head += span + gap
        elif head.endswith("(") and ")" in gap:
            head = head[:-1]
        elif ")" in gap and head.count("(") > head.count(")"):
            head = f"{head.rstrip()})"
    return head.rstrip()


def written(title: str, options: TaskOptions) -> str:
    """Return the line that is read as that title with those attributes."""
    values = {
        "after": ",".join(map(str, options.after)),
        "priority": options.priority,
        "complexity": options.complexity,
        "model": options.model,
        "merge": options.merge,
        "retries": options.retries,
        "budget": None if options.budget is None else dollars_text(options.budget),
    }
    spans = (f"`{key}: {value}`" for key, value in values.items() if value not in (None, ""))
    return " ".join([title, *spans])


def _read(key: str, value: str, values: dict[str, Any]) -> ChecklistMistake | None:
    """Add the value to those that were read; returns what is wrong with it."""
    attribute = ATTRIBUTES.get(key)
    if attribute is None:
        return ChecklistMistake(kind=Kind.ATTRIBUTE, nearest=_meant(key))
    if key in values:
        return ChecklistMistake(kind=Kind.ATTRIBUTE_TWICE, key=key)
    read = attribute.read(value)
    if read is None:
        accepted = attribute.accepted
        return ChecklistMistake(kind=Kind.ATTRIBUTE_VALUE, key=key, accepted=accepted)
    values[key] = read
    return None


def _numbers(value: str) -> tuple[int, ...] | None:
    """Return the numbers of tasks, commas or blanks between them."""
    words = value.replace(",", " ").split()
    found = [_NUMBER.fullmatch(word) for word in words]
    if not words or len(words) > _MAX_AFTER or None in found:
        return None
    return tuple(sorted({int(one[1]) for one in found if one}))


def _one_of(kind: type[StrEnum]) -> _Attribute:
    choices = tuple(word.value for word in kind)

    def read(value: str) -> StrEnum | None:
        return kind(value.lower()) if value.lower() in choices else None

    return _Attribute(Accepted(type=ValueType.CHOICE, choices=choices), read)


def _retries(value: str) -> int | None:
    is_number = re.fullmatch("[0-9]{1,2}", value) is not None
    return int(value) if is_number and int(value) <= MAX_RETRIES else None


def _model(value: str) -> str | None:
    return value if _MODEL.fullmatch(value) else None


ATTRIBUTES: Mapping[str, _Attribute] = {
    "after": _Attribute(Accepted(type=ValueType.TASKS), _numbers),
    "priority": _one_of(TaskPriority),
    "complexity": _one_of(Complexity),
    "model": _Attribute(Accepted(type=ValueType.MODEL), _model),
    "merge": _one_of(MergeWhen),
    "retries": _Attribute(Accepted(type=ValueType.NUMBER, high=MAX_RETRIES), _retries),
    "budget": _Attribute(Accepted(type=ValueType.AMOUNT, high=MAX_DOLLARS), dollars),
}
"""In the order in which they are explained."""


def _meant(key: str) -> str | None:
    """Return the attribute that the key is, or is with a slip of one character."""
    return next((known for known in ATTRIBUTES if _differ_by_one(key, known)), None)


def _differ_by_one(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) == len(other):
        swapped = one[same : same + 2] == other[same : same + 2][::-1]
        return one[same + 1 :] == other[same + 1 :] or (
            swapped and one[same + 2 :] == other[same + 2 :]
        )
    return one[same:] == other[same + 1 :]
