"""A checklist that was asked of a language model, until people accept it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.model.identifiers import Login
from bot.core.model.options import TaskOptions


class PlanStage(StrEnum):
    """How far a plan has come; ACCEPTED is yet to be written into the issue."""

    ASKED = "asked"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    WRITTEN = "written"
    FAILED = "failed"


class WrongKind(StrEnum):
    """What is wrong with a language model's answer."""

    CUT_OFF = "cut_off"
    TOO_LONG = "too_long"
    NO_JSON = "no_json"
    NO_TASKS = "no_tasks"
    TOO_MANY_TASKS = "too_many_tasks"
    NOT_AN_OBJECT = "not_an_object"
    TITLE = "title"
    DESCRIPTION = "description"
    DESCRIPTION_TOO_LONG = "description_too_long"
    ACCEPTANCE = "acceptance"
    COMPLEXITY = "complexity"
    AFTER = "after"
    AFTER_LATER = "after_later"
    SAME = "same"


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What is wrong with an answer: of its `task`, which is the same as the `other` one.

    Tasks are named by their places in the answer, from 1. `count` is over the `limit`.
    """

    kind: WrongKind
    task: int | None = None
    other: int | None = None
    count: int | None = None
    limit: int | None = None


class PlanFailureKind(StrEnum):
    """Why there is no plan."""

    WRONG_ANSWER = "wrong_answer"
    DECLINED = "declined"
    SERVICE_REFUSED = "service_refused"
    NOTHING_NEW = "nothing_new"
    CHECKLIST_FULL = "checklist_full"
    NO_PLACE = "no_place"
    NOT_WRITTEN = "not_written"
    INTERNAL = "internal"


@dataclass(frozen=True, kw_only=True)
class PlanFailure:
    """Why there is no plan: `wrong` is what the last answer had wrong, `quote` somebody's words."""

    kind: PlanFailureKind
    service: str | None = None
    quote: str | None = None
    wrong: Wrong | None = None
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class PlannedTask:
    """A task that a plan proposes, or, where it is listed, that the checklist has already.

    Within a plan, `options.after` are places among its tasks, from 1: which numbers that makes is
    known when lines are written.
    """

    title: str
    description: str = ""
    options: TaskOptions = field(default_factory=TaskOptions)
    is_listed: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What was asked, and what was proposed.

    `key` tells this question from any other of the epic's, `attempt` counts the answers asked for.
    `instruction` is what the person who asked added. `digest` tells against which text of the issue
    the `tasks` were shown at `proposed_at`. `starts`: `start` asked for it, so that with
    `plan.auto_start` the epic begins, at `start_at` if that was given, once the plan is written.
    """

    key: str
    stage: PlanStage
    asked_by: Login
    asked_at: datetime
    attempt: int = 1
    instruction: str = ""
    digest: str = ""
    tasks: tuple[PlannedTask, ...] = ()
    starts: bool = False
    start_at: datetime | None = None
    proposed_at: datetime | None = None
    written_at: datetime | None = None
    failure: PlanFailure | None = None

    @property
    def new_tasks(self) -> tuple[PlannedTask, ...]:
        """What it adds to the checklist."""
        return tuple(task for task in self.tasks if not task.is_listed)

    @property
    def is_open(self) -> bool:
        """True while it is being made, or waits for somebody to accept it."""
        return self.stage in (PlanStage.ASKED, PlanStage.PROPOSED)
