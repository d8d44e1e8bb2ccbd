"""What came of asking for a plan, and of writing it."""

from dataclasses import dataclass

from bot.core.events.base import Event


@dataclass(frozen=True, kw_only=True)
class PlanAnswered(Event):
    """A language model has answered: stored as it came, before anything is made of it.

    `refusal` holds its words where it declines, `is_cut_off` tells that there was no room for more.
    """

    plan: str
    attempt: int
    answer: str = ""
    refusal: str | None = None
    is_cut_off: bool = False


@dataclass(frozen=True, kw_only=True)
class PlanRefused(Event):
    """The service, or GitHub, refuses for good what a plan needs; `reason` is in its words."""

    plan: str
    attempt: int
    service: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PlanWritten(Event):
    """The plan's tasks stand in the issue's checklist."""

    plan: str


@dataclass(frozen=True, kw_only=True)
class PlanNotWritten(Event):
    """The plan could not be written into the issue's body.

    `reason` is GitHub's; without one the checklist is `full`, or no place in the text would be read
    as tasks.
    """

    plan: str
    reason: str | None = None
    full: bool = False
