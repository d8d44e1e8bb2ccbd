"""A checklist asked of a language model, and written into the issue."""

from dataclasses import dataclass
from typing import ClassVar

from bot.core.effects.base import Cancellable, Effect, Urgency
from bot.core.model.plan import PlannedTask, Wrong


@dataclass(frozen=True, kw_only=True)
class AskPlan(Effect):
    """Ask a language model for the plan `plan`; `wrong` is what its last answer had wrong.

    `model` is as the settings have it, None for the operator's choice. To ask twice costs money,
    but changes nothing: the first answer that is stored counts.
    """

    urgency: ClassVar[Urgency] = Urgency.PLAN
    identity: ClassVar[tuple[str, ...]] = ("plan", "attempt")
    slow: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.PLAN
    plan: str
    attempt: int
    instruction: str = ""
    model: str | None = None
    wrong: Wrong | None = None


@dataclass(frozen=True, kw_only=True)
class WritePlan(Effect):
    """Add the accepted plan's tasks to the issue's checklist, but for those that it has."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    identity: ClassVar[tuple[str, ...]] = ("plan",)
    plan: str
    tasks: tuple[PlannedTask, ...]
