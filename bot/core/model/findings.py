"""What `doctor` finds: a kind and its parameters; each kind is good, a warning or a fault."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.mistakes import ChecklistMistake, SettingsMistake
from bot.core.model.money import Micros
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
    BRANCHES = "branches"
    WORKFLOWS = "workflows"
    AGENTS = "agents"
    PLANNING = "planning"
    ADDRESS = "address"
    WEBHOOKS = "webhooks"
    CHECKLIST = "checklist"
    COST = "cost"
    PEOPLE = "people"


class FindingKind(StrEnum):
    """What was found."""

    UNAVAILABLE = "unavailable"
    SUSPENDED = "suspended"
    NOT_SERVED = "not_served"
    PERMISSIONS_MISSING = "permissions_missing"
    PERMISSIONS_GRANTED = "permissions_granted"
    EVENTS_MISSING = "events_missing"
    EVENTS_SUBSCRIBED = "events_subscribed"
    SETTINGS_MISTAKE = "settings_mistake"
    SETTINGS_GOOD = "settings_good"
    BASE_MISSING = "base_missing"
    NAME_TAKEN = "name_taken"
    BRANCHES_ALLOWED = "branches_allowed"
    BRANCHES_REFUSED = "branches_refused"
    BRANCHES_KEPT = "branches_kept"
    NAME_REFUSED = "name_refused"
    NAME_PATTERN = "name_pattern"
    BASE_RED = "base_red"
    BASE_GREEN = "base_green"
    CHECKS_REQUIRED = "checks_required"
    OWN_CHECK_REQUIRED = "own_check_required"
    CHECK_APP_UNKNOWN = "check_app_unknown"
    CHECKS_OPTIONAL = "checks_optional"
    ONLY_REVIEWS = "only_reviews"
    UNPROTECTED = "unprotected"
    NO_MERGE_METHOD = "no_merge_method"
    MERGE_METHOD_REFUSED = "merge_method_refused"
    MERGE_METHOD = "merge_method"
    MERGE_QUEUE = "merge_queue"
    MERGE_QUEUE_UNHEARD = "merge_queue_unheard"
    MERGE_QUEUE_UNCHECKED = "merge_queue_unchecked"
    WORKFLOWS_HIDDEN = "workflows_hidden"
    NO_WORKFLOWS = "no_workflows"
    WORKFLOWS_LISTEN = "workflows_listen"
    WORKFLOWS_DO_NOT_LISTEN = "workflows_do_not_listen"
    CHECKS_STARTED = "checks_started"
    CHECKS_NOT_STARTED = "checks_not_started"
    CHECKS_AWAIT_APPROVAL = "checks_await_approval"
    APPROVALS = "approvals"
    OTHER_RULES = "other_rules"
    AGENT_KEY = "agent_key"
    LAUNCHES_MAY_DOUBLE = "launches_may_double"
    REPOSITORY_REACHED = "repository_reached"
    REPOSITORY_NOT_REACHED = "repository_not_reached"
    REPOSITORIES_NOT_LISTED = "repositories_not_listed"
    MODEL_OFFERED = "model_offered"
    MODEL_NOT_OFFERED = "model_not_offered"
    NO_PLANNER = "no_planner"
    PLANNER_UNAVAILABLE = "planner_unavailable"
    PLANNER_LISTED = "planner_listed"
    PLANNER_NOT_LISTED = "planner_not_listed"
    WEBHOOKS_REACHABLE = "webhooks_reachable"
    NOT_HTTPS = "not_https"
    WEBHOOKS_ARRIVE = "webhooks_arrive"
    WEBHOOKS_FAILED = "webhooks_failed"
    WEBHOOKS_FAIL = "webhooks_fail"
    NO_WEBHOOKS = "no_webhooks"
    CHECKLIST_MISTAKE = "checklist_mistake"
    NO_TASKS = "no_tasks"
    NO_SUB_ISSUES = "no_sub_issues"
    TASKS_TO_PLAN = "tasks_to_plan"
    TASKS = "tasks"
    COST = "cost"
    COST_ABOVE_BUDGET = "cost_above_budget"
    COST_ABOVE_MONTH = "cost_above_month"
    COST_NOT_COUNTED = "cost_not_counted"
    BUDGET_TOO_SMALL = "budget_too_small"
    WHO_MAY = "who_may"


_BAD = frozenset(
    {
        FindingKind.UNAVAILABLE,
        FindingKind.SUSPENDED,
        FindingKind.NOT_SERVED,
        FindingKind.PERMISSIONS_MISSING,
        FindingKind.SETTINGS_MISTAKE,
        FindingKind.BASE_MISSING,
        FindingKind.NAME_TAKEN,
        FindingKind.BRANCHES_REFUSED,
        FindingKind.NAME_REFUSED,
        FindingKind.BASE_RED,
        FindingKind.OWN_CHECK_REQUIRED,
        FindingKind.NO_MERGE_METHOD,
        FindingKind.MERGE_METHOD_REFUSED,
        FindingKind.MERGE_QUEUE_UNHEARD,
        FindingKind.REPOSITORY_NOT_REACHED,
        FindingKind.WEBHOOKS_FAIL,
        FindingKind.CHECKLIST_MISTAKE,
        FindingKind.NO_TASKS,
        FindingKind.NO_SUB_ISSUES,
        FindingKind.BUDGET_TOO_SMALL,
    }
)
_WARNING = frozenset(
    {
        FindingKind.EVENTS_MISSING,
        FindingKind.ONLY_REVIEWS,
        FindingKind.UNPROTECTED,
        FindingKind.OTHER_RULES,
        FindingKind.BRANCHES_KEPT,
        FindingKind.NAME_PATTERN,
        FindingKind.CHECK_APP_UNKNOWN,
        FindingKind.MERGE_QUEUE_UNCHECKED,
        FindingKind.WORKFLOWS_HIDDEN,
        FindingKind.WORKFLOWS_DO_NOT_LISTEN,
        FindingKind.CHECKS_NOT_STARTED,
        FindingKind.CHECKS_AWAIT_APPROVAL,
        FindingKind.LAUNCHES_MAY_DOUBLE,
        FindingKind.REPOSITORIES_NOT_LISTED,
        FindingKind.MODEL_NOT_OFFERED,
        FindingKind.PLANNER_UNAVAILABLE,
        FindingKind.PLANNER_NOT_LISTED,
        FindingKind.NOT_HTTPS,
        FindingKind.WEBHOOKS_FAILED,
        FindingKind.NO_WEBHOOKS,
        FindingKind.COST_ABOVE_BUDGET,
        FindingKind.COST_ABOVE_MONTH,
    }
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that `doctor` found.

    `names` are permissions, events, checks, rules, workflows, models or merge methods; `word` is
    the key's name, the model, the merge method, the account or the pattern meant, `instead` the
    model that is taken for it. `verb` and `rule` say who may give which command. `count` of `total`
    tasks are open, or webhooks arrived; the newest of those was sent at `at`. `amounts` are the
    cost and what it is set against. `quote` is what `service` answered.
    """

    kind: FindingKind
    topic: Topic
    names: tuple[str, ...] = ()
    branch: str | None = None
    word: str | None = None
    count: int | None = None
    total: int | None = None
    instead: str | None = None
    pull_request: int | None = None
    amounts: tuple[Micros, ...] = ()
    at: datetime | None = None
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
