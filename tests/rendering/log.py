"""Lines of an epic's log, as they are stored."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.model.notices import Notice, NoticeKind
from tests.rendering.facts import at


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line, as `storage.log_events` returns it."""

    at: datetime
    task: int | None
    notice: Notice


def line(minutes: float, text: str, task: int | None = None) -> Line:
    """A line that shows `text`."""
    return Line(at=at(minutes), task=task, notice=Notice(kind=NoticeKind.LEGACY, quote=text))
