"""How epics are run: the repository's settings file, and what one epic has otherwise."""

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from bot.core.model.identifiers import Login
from bot.core.model.money import DOLLAR, Micros

DEFAULT_MODEL = "default"
MAX_PARALLEL = 20
_DEFAULT_TASK_BUDGET = Micros(5 * DOLLAR)
_DEFAULT_EPIC_BUDGET = Micros(25 * DOLLAR)
_DEFAULT_MONTH_BUDGET = Micros(100 * DOLLAR)


class MergeWhen(StrEnum):
    """When a task's pull request is merged."""

    GREEN = "green"
    APPROVED = "approved"
    IMMEDIATELY = "immediately"
    MANUAL = "manual"


class MergeMethod(StrEnum):
    """How GitHub puts a pull request's commits onto the base branch."""

    SQUASH = "squash"
    MERGE = "merge"
    REBASE = "rebase"


class UpToDate(StrEnum):
    """Whether we bring a task's branch up to date with its base before the merge."""

    AUTO = "auto"
    OFF = "off"


class Approver(StrEnum):
    """Whose approval counts where the policy asks for one."""

    ANYONE = "anyone"
    NOT_STARTER = "not_starter"


class TaskSource(StrEnum):
    """Where an epic's tasks stand."""

    CHECKLIST = "checklist"
    SUB_ISSUES = "sub_issues"


class Complexity(StrEnum):
    """How hard a task is, by which its model is chosen."""

    SIMPLE = "simple"
    MEDIUM = "medium"
    COMPLEX = "complex"


class OnFailure(StrEnum):
    """What a failed task means for the epic."""

    PAUSE = "pause"
    CONTINUE = "continue"
    STOP = "stop"


class Priority(StrEnum):
    """`speed` is first in line, `quality` has the model for complex tasks do everything."""

    SPEED = "speed"
    BALANCED = "balanced"
    QUALITY = "quality"


class Level(StrEnum):
    """A repository role that may be asked of who commands, weakest first."""

    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Who may: those with `level` or more, and the people and teams (`org/slug`) listed.

    Without `level` only the listed may. Logins and teams are in lower case.
    """

    level: Level | None = None
    people: tuple[Login, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """Who may command: `command` for every verb but those in `verbs`."""

    command: Rule = Rule(level=Level.WRITE)
    verbs: tuple[tuple[str, Rule], ...] = ()

    def rule_for(self, verb: str) -> Rule:
        """Return the rule for that command."""
        return dict(self.verbs).get(verb, self.command)


@dataclass(frozen=True, kw_only=True)
class EpicSettings:
    """How one epic is run. Durations are seconds.

    `merge_method` None is the first of squash, merge and rebase that the repository allows;
    `model` None lets the provider choose; the `…_model`s are for tasks of that complexity.
    `max_parallel` tasks at most are under way at a time. The three
    `…_fixes` say how often an agent is sent back to its own pull request. `governed` are patterns
    of further paths that govern the repository, `pushers` accounts that push for agents, in lower
    case.
    """

    label: str = "orchestra"
    base_branch: str | None = None
    task_source: TaskSource = TaskSource.CHECKLIST
    merge_when: MergeWhen = MergeWhen.GREEN
    merge_method: MergeMethod | None = None
    delete_branch: bool = True
    undraft: bool = True
    up_to_date: UpToDate = UpToDate.AUTO
    ignore_checks: tuple[str, ...] = ()
    grace: int = 90
    checks_timeout: int = 3600
    approver: Approver = Approver.ANYONE
    governed: tuple[str, ...] = ()
    model: str | None = None
    simple_model: str | None = None
    medium_model: str | None = None
    complex_model: str | None = None
    max_parallel: int = 1
    agent_timeout: int = 7200
    retries: int = 3
    pushers: tuple[Login, ...] = ()
    ci_fixes: int = 2
    review_fixes: int = 5
    conflict_fixes: int = 1
    on_failure: OnFailure = OnFailure.PAUSE
    priority: Priority = Priority.BALANCED
    task_budget: Micros = _DEFAULT_TASK_BUDGET
    epic_budget: Micros = _DEFAULT_EPIC_BUDGET
    month_budget: Micros = _DEFAULT_MONTH_BUDGET
    plan_model: str | None = None
    plan_max_tasks: int = 20
    plan_auto_start: bool = False
    permissions: Permissions = field(default_factory=Permissions)
    mention: bool = True
    state_labels: bool = True

    def model_for(self, complexity: Complexity | None = None) -> str | None:
        """Return the model for tasks of that complexity, None where none was chosen."""
        if self.priority is Priority.QUALITY:
            complexity = Complexity.COMPLEX
        by_complexity = {
            Complexity.SIMPLE: self.simple_model,
            Complexity.MEDIUM: self.medium_model,
            Complexity.COMPLEX: self.complex_model,
        }
        return (by_complexity[complexity] if complexity else None) or self.model


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What `set` and `start` changed for one epic; None is as the settings file has it."""

    model: str | None = None
    priority: Priority | None = None
    merge_when: MergeWhen | None = None
    max_parallel: int | None = None
    on_failure: OnFailure | None = None
    epic_budget: Micros | None = None

    def over(self, settings: EpicSettings) -> EpicSettings:
        """Return the settings with what is set here in their place."""
        return replace(settings, **self._given())

    def updated(self, newer: "Overrides") -> "Overrides":
        """Return these, and what `newer` sets."""
        return replace(self, **newer._given())

    def _given(self) -> dict[str, Any]:
        pairs = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: value for name, value in pairs if value is not None}
