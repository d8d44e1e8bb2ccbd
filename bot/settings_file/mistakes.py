"""What is wrong with a settings file."""

from collections.abc import Iterable

from bot.core.model.mistakes import SettingsMistake, SettingsMistakeKind

MAX_MISTAKES = 50
_WORD = 60


def in_order(mistakes: Iterable[SettingsMistake]) -> tuple[SettingsMistake, ...]:
    """Sort by line; of those after the first 50 only the number is kept."""
    ordered = sorted(mistakes, key=lambda mistake: mistake.line or 0)
    surplus = len(ordered) - MAX_MISTAKES
    if surplus <= 0:
        return tuple(ordered)
    last = SettingsMistake(kind=SettingsMistakeKind.MORE, count=surplus)
    return (*ordered[:MAX_MISTAKES], last)


def shortened(text: str) -> str:
    """Return the text on one line, cut to 60 characters."""
    line = " ".join(text[: 2 * _WORD].split())
    return line if len(line) <= _WORD and len(text) <= 2 * _WORD else f"{line[: _WORD - 1]}…"


def dotted(path: Iterable[str | int]) -> str:
    """Return the key's dotted name; a list's entries go by the list's own."""
    return ".".join(shortened(part) for part in path if isinstance(part, str))
