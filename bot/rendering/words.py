"""Times, counts and names as people say them."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.model.money import DOLLAR, Micros

_BAR = 20


def clock(time: datetime, near: datetime | None = None) -> str:
    """Return the time as people read it, with the date unless it is that of `near`."""
    if near is not None and near.date() == time.date():
        return f"{time:%H:%M} UTC"
    return dated(time, near)


def dated(time: datetime, near: datetime | None = None) -> str:
    """Return the time with its date, and with the year unless it is that of `near`."""
    year = "" if near is not None and near.year == time.year else f" {time.year},"
    return f"{time.day} {time:%b}{year} {time:%H:%M} UTC"


def bar(percent: int) -> str:
    """Return a bar of twenty blocks, filled as far as `percent` says."""
    full = percent * _BAR // 100
    return "█" * full + "░" * (_BAR - full)


def tasks_word(count: int) -> str:
    """Return `1 task`, `2 tasks`."""
    return f"{count} task" if count == 1 else f"{count} tasks"


def times_word(count: int) -> str:
    """Return `once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def joined(words: Sequence[str], last: str = "and") -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def capital(text: str) -> str:
    """Return `text` with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def duration_words(seconds: int) -> str:
    """Return a duration as people say it: `42 s`, `4 min`, `1 h 5 min`."""
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def words_of(name: str) -> str:
    """Return `delete branch` for `DeleteBranch`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def numbered_tasks(numbers: Sequence[int]) -> str:
    """Name tasks by their numbers: `task 2`, `tasks 2 and 3`."""
    noun = "task" if len(numbers) == 1 else "tasks"
    return f"{noun} {joined([str(number) for number in numbers])}"


def money_words(amount: Micros) -> str:
    """Return the amount as `$4.50`; less than a cent is shown as such."""
    return "under $0.01" if 0 < amount < DOLLAR // 100 else f"${amount / DOLLAR:,.2f}"
