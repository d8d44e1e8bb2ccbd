"""Times, counts and names as people say them."""

from datetime import datetime

_BAR = 20


def clock(time: datetime, day: datetime | None = None) -> str:
    """Return the time as people read it, with the date unless it is that of `day`."""
    if day is not None and day.date() == time.date():
        return f"{time:%H:%M} UTC"
    return f"{time.day} {time:%b %H:%M} UTC"


def bar(percent: int) -> str:
    """Return a bar of twenty blocks, filled as far as `percent` says."""
    full = percent * _BAR // 100
    return "█" * full + "░" * (_BAR - full)


def tasks_word(count: int) -> str:
    """Return `1 task`, `2 tasks`."""
    return f"{count} task" if count == 1 else f"{count} tasks"


def duration_words(seconds: int) -> str:
    """Return a duration as people say it: `42 s`, `4 min`, `1 h 5 min`."""
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
