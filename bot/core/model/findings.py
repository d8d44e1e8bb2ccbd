"""What `doctor` finds: a kind and its parameters; each kind is good, a warning or a fault."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.model.mistakes import ChecklistMistake, SettingsMistake
from bot.core.model.settings import Rule


class Health(StrEnum):
    """What an examined thing comes to."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class Topic(StrEnum):
    """What is examined."""

    INSTALLATION = "installation"
    SETTINGS = "settings"
    BASE = "base"
    AGENTS = "agents"
    ADDRESS = "address"
    CHECKLIST = "checklist"
    PEOPLE = "people"


class FindingKind(StrEnum):
    """What was found."""

    UNAVAILABLE = "unavailable"
    SUSPENDED = "suspended"
    PERMISSIONS_MISSING = "permissions_missing"
    PERMISSIONS_GRANTED = "permissions_granted"
    EVENTS_MISSING = "events_missing"
    EVENTS_SUBSCRIBED = "events_subscribed"
    SETTINGS_MISTAKE = "settings_mistake"
    SETTINGS_GOOD = "settings_good"
    BASE_MISSING = "base_missing"
    NAME_TAKEN = "name_taken"
    BASE_RED = "base_red"
    BASE_GREEN = "base_green"
    CHECKS_REQUIRED = "checks_required"
    OWN_CHECK_REQUIRED = "own_check_required"
    CHECKS_OPTIONAL = "checks_optional"
    ONLY_REVIEWS = "only_reviews"
    UNPROTECTED = "unprotected"
    NO_MERGE_METHOD = "no_merge_method"
    MERGE_METHOD_REFUSED = "merge_method_refused"
    MERGE_METHOD = "merge_method"
    MERGE_QUEUE = "merge_queue"
    APPROVALS = "approvals"
    OTHER_RULES = "other_rules"
    AGENT_KEY = "agent_key"
    LAUNCHES_MAY_DOUBLE = "launches_may_double"
    MODEL_OFFERED = "model_offered"
    MODEL_NOT_OFFERED = "model_not_offered"
    WEBHOOKS_REACHABLE = "webhooks_reachable"
    NOT_HTTPS = "not_https"
    CHECKLIST_MISTAKE = "checklist_mistake"
    NO_TASKS = "no_tasks"
    TASKS = "tasks"
    WHO_MAY = "who_may"


_BAD = frozenset(
    {
        FindingKind.UNAVAILABLE,
        FindingKind.SUSPENDED,
        FindingKind.PERMISSIONS_MISSING,
        FindingKind.SETTINGS_MISTAKE,
        FindingKind.BASE_MISSING,
        FindingKind.NAME_TAKEN,
        FindingKind.BASE_RED,
        FindingKind.OWN_CHECK_REQUIRED,
        FindingKind.NO_MERGE_METHOD,
        FindingKind.MERGE_METHOD_REFUSED,
        FindingKind.MODEL_NOT_OFFERED,
        FindingKind.CHECKLIST_MISTAKE,
        FindingKind.NO_TASKS,
    }
)
_WARNING = frozenset(
    {
        FindingKind.EVENTS_MISSING,
        FindingKind.ONLY_REVIEWS,
        FindingKind.UNPROTECTED,
        FindingKind.OTHER_RULES,
        FindingKind.LAUNCHES_MAY_DOUBLE,
        FindingKind.NOT_HTTPS,
    }
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that `doctor` found.

    `names` are permissions, events, checks, rules, models or merge methods; `word` is the key's
    name, the model or the merge method meant. `verb` and `rule` say who may give which command.
    `count` of `total` tasks are open. `quote` is what `service` answered.
    """

    kind: FindingKind
    topic: Topic
    names: tuple[str, ...] = ()
    branch: str | None = None
    word: str | None = None
    count: int | None = None
    total: int | None = None
    verb: str | None = None
    rule: Rule | None = None
    checklist_mistake: ChecklistMistake | None = None
    settings_mistake: SettingsMistake | None = None
    service: str | None = None
    quote: str | None = None

    @property
    def health(self) -> Health:
        """How the thing is."""
        if self.kind in _BAD:
            return Health.BAD
        return Health.WARNING if self.kind in _WARNING else Health.GOOD
