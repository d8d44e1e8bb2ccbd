"""The formats that GitHub's descriptions name, and what a value needs to be of one.

A value that is not of the format's type is of the format: the type is checked beside it.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from jsonschema import FormatChecker

_CHARACTER = r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
# Of RFC 3986: a scheme and characters that need no escape; brackets only around an IPv6 address.
_URI = rf"[A-Za-z][A-Za-z0-9+.-]*:(?://\[[0-9A-Fa-f:.]+\])?{_CHARACTER}+"
# RFC 6570: the same with expressions in braces.
_EXPRESSION = r"\{[+#./;?&]?[A-Za-z0-9_.%]+(?:\*|:\d+)?(?:,[A-Za-z0-9_.%]+(?:\*|:\d+)?)*\}"
_TEMPLATE = rf"[A-Za-z][A-Za-z0-9+.-]*:(?:{_CHARACTER}|{_EXPRESSION})+"
_TIME = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)"
# `49699333+dependabot[bot]@users.noreply.github.com` is one.
_EMAIL = r"[^@\s<>]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+"


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _is_time(text: str) -> bool:
    """RFC 3339, and a moment that there is."""
    return re.fullmatch(_TIME, text) is not None and bool(datetime.fromisoformat(text.upper()))


def _is_date(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None and bool(date.fromisoformat(text))


def _within(bits: int) -> Callable[[int], bool]:
    return lambda number: -(2 ** (bits - 1)) <= number < 2 ** (bits - 1)


_OF_TEXT: dict[str, Callable[[str], bool]] = {
    "date": _is_date,
    "date-time": _is_time,
    "email": _matches(_EMAIL),
    "repo.nwo": _matches(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+"),
    "uri": _matches(_URI),
    "uri-template": _matches(_TEMPLATE),
}
_OF_NUMBERS = {"int32": _within(32), "int64": _within(64), "timestamp": _within(64)}
# Any bytes, and any number.
_WITHOUT_FORM = ("binary", "double")
KNOWN = frozenset({*_OF_TEXT, *_OF_NUMBERS, *_WITHOUT_FORM})
FORMATS = FormatChecker(formats=())


def _learn(name: str, kind: type, holds: Callable[[Any], bool]) -> None:
    def check(value: object) -> bool:
        return not isinstance(value, kind) or holds(value)

    FORMATS.checks(name, raises=ValueError)(check)


for _name, _holds in _OF_TEXT.items():
    _learn(_name, str, _holds)
for _name, _fits in _OF_NUMBERS.items():
    _learn(_name, int, _fits)


def unknown_formats(node: Any) -> set[str]:
    """The formats that a document names and nothing here checks."""
    if isinstance(node, list):
        return {name for item in node for name in unknown_formats(item)}
    if not isinstance(node, dict):
        return set()
    own = node.get("format")
    found = {own} - KNOWN if isinstance(own, str) else set()
    return found.union(*(unknown_formats(value) for value in node.values()))
