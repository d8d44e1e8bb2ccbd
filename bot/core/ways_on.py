"""What a person can do now: one function for comment, check run, buttons, refusals and API."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.model.epic import Epic
from bot.core.model.task import Task


@dataclass(frozen=True, kw_only=True)
class Way:
    """One command that would be accepted now.

    `verb` is the command's, `task` the number to put behind it, `argument` what else follows, such
    as `merge=approved`. `bypasses`: it goes past a safeguard, so it is offered last.
    """

    verb: str
    task: int | None = None
    argument: str = ""
    bypasses: bool = False


def ways_on(epic: Epic, now: datetime) -> tuple[Way, ...]:
    """Return what people can do about the epic as a whole, the usual way first, bypasses last."""
    raise NotImplementedError


def ways_for_task(epic: Epic, task: Task, now: datetime) -> tuple[Way, ...]:
    """Return what people can do about one task, the usual way first, bypasses last."""
    raise NotImplementedError
