"""How epics are run: the repository's settings file, and what one epic has otherwise."""

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from bot.core.model.identifiers import Login

DEFAULT_MODEL = "default"


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
    `model` None lets the provider choose; `complex_model` is for complex tasks. The three
    `…_fixes` say how often an agent is sent back to its own pull request. `governed` are patterns
    of further paths that govern the repository, `pushers` accounts that push for agents, in lower
    case.
    """

    label: str = "orchestra"
    base_branch: str | None = None
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
    complex_model: str | None = None
    agent_timeout: int = 7200
    retries: int = 3
    pushers: tuple[Login, ...] = ()
    ci_fixes: int = 2
    review_fixes: int = 5
    conflict_fixes: int = 1
    on_failure: OnFailure = OnFailure.PAUSE
    priority: Priority = Priority.BALANCED
    permissions: Permissions = field(default_factory=Permissions)
    mention: bool = True
    state_labels: bool = True

    @property
    def model_for_all(self) -> str | None:
        """The model that agents are launched with, None to let the provider choose."""
        everything_is_complex = self.priority is Priority.QUALITY
        model = (self.complex_model if everything_is_complex else None) or self.model
        return None if model == DEFAULT_MODEL else model


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What `set` and `start` changed for one epic; None is as the settings file has it."""

    model: str | None = None
    priority: Priority | None = None
    merge_when: MergeWhen | None = None
    on_failure: OnFailure | None = None

    def over(self, settings: EpicSettings) -> EpicSettings:
        """Return the settings with what is set here in their place."""
        return replace(settings, **self._given())

    def updated(self, newer: "Overrides") -> "Overrides":
        """Return these, and what `newer` sets."""
        return replace(self, **newer._given())

    def _given(self) -> dict[str, Any]:
        pairs = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: value for name, value in pairs if value is not None}
