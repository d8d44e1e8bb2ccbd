"""A checklist that was asked of a language model, until people accept it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.identifiers import Login
from bot.core.model.settings import Complexity


class PlanStage(StrEnum):
    """How far a plan has come."""

    ASKED = "asked"
    PROPOSED = "proposed"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class PlannedTask:
    """A task that a plan proposes; `after` are places in the checklist as proposed, from 1."""

    title: str
    description: str = ""
    complexity: Complexity | None = None
    after: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What was asked, and what was proposed.

    `key` tells this question from any other of the epic's. `instruction` is what the person who
    asked added, `digest` tells which text of the issue it is about.
    """

    key: str
    stage: PlanStage
    asked_by: Login
    asked_at: datetime
    instruction: str = ""
    digest: str = ""
    tasks: tuple[PlannedTask, ...] = ()
    reason: str | None = None
