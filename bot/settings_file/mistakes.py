"""What is wrong with a settings file."""

from collections.abc import Iterable
from dataclasses import dataclass

MAX_MISTAKES = 50
_WORD = 60


@dataclass(frozen=True)
class Mistake:
    """One thing to correct, as plain text that quotes the file: escape it before showing it.

    `line` counts from 1. `key` is dotted, as in `merge.when`. A mistake of the file as a whole
    has no line, or no key ("").
    """

    line: int | None
    key: str
    message: str


def in_order(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """Sort by line; after the first 50 only their number is told."""
    ordered = sorted(mistakes, key=lambda mistake: mistake.line or 0)
    surplus = len(ordered) - MAX_MISTAKES
    if surplus <= 0:
        return tuple(ordered)
    last = Mistake(None, "", f"There are {surplus} more mistakes after these.")
    return (*ordered[:MAX_MISTAKES], last)


def shortened(text: str) -> str:
    """Return the text on one line, cut to 60 characters."""
    line = " ".join(text[: 2 * _WORD].split())
    return line if len(line) <= _WORD and len(text) <= 2 * _WORD else f"{line[: _WORD - 1]}…"


def dotted(path: Iterable[str | int]) -> str:
    """Return the key's dotted name; a list's entries go by the list's own."""
    return ".".join(shortened(part) for part in path if isinstance(part, str))
