"""What `/orchestra doctor` examines: everything that could go wrong, before money is spent."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.clients.errors import ClientError
from bot.clients.github.repository import RepositoryClient
from bot.core.merge_policy import counting_on_base
from bot.core.model.epic import Epic
from bot.core.model.findings import Finding, Topic
from bot.core.model.findings import FindingKind as Kind
from bot.core.model.mistakes import SettingsMistake
from bot.core.model.observations import BranchRules
from bot.core.model.settings import DEFAULT_MODEL, EpicSettings
from bot.core.text.branches import in_the_way_of
from bot.core.text.checklist import parse_checklist
from bot.core.transitions.epic.settings import base_for
from bot.services import Services
from jobs.handlers.rules import rules_of

# As in app.yml: what the App needs, and which events it has to receive.
PERMISSIONS = {
    "actions": "write",
    "checks": "write",
    "contents": "write",
    "issues": "write",
    "members": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "read",
}
EVENTS = (
    "check_run",
    "check_suite",
    "delete",
    "issue_comment",
    "issues",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "push",
    "repository",
    "status",
)
_LEVELS = ("read", "write", "admin")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is examined: the epic under the repository's `settings`, and their `mistakes`."""

    services: Services
    github: RepositoryClient
    epic: Epic
    settings: EpicSettings
    mistakes: tuple[SettingsMistake, ...] = ()

    @property
    def base(self) -> str:
        """The branch to examine: an epic branch starts as the default branch."""
        branch, is_own = base_for(self.epic, None)
        return self.epic.default_branch if is_own else branch


Examination = Callable[[Subject], Iterable[Finding]]


def examine(subject: Subject) -> tuple[Finding, ...]:
    """Examine everything once; what cannot be fetched is a finding too."""
    return tuple(
        finding
        for topic, examination in _EXAMINATIONS.items()
        for finding in _examined(subject, topic, examination)
    )


def _examined(subject: Subject, topic: Topic, examination: Examination) -> tuple[Finding, ...]:
    try:
        return tuple(examination(subject))
    except ClientError as error:
        kind, quote = Kind.UNAVAILABLE, error.message
        return (Finding(kind=kind, topic=topic, service=error.service, quote=quote),)


def _installation(subject: Subject) -> Iterator[Finding]:
    topic = Topic.INSTALLATION
    found = subject.services.github.installation(subject.epic.repository)
    if found.suspended_at is not None:
        yield Finding(kind=Kind.SUSPENDED, topic=topic)
    missing = tuple(
        f"{name} ({level})"
        for name, level in PERMISSIONS.items()
        if _level(found.permissions.get(name)) < _level(level)
    )
    kind = Kind.PERMISSIONS_MISSING if missing else Kind.PERMISSIONS_GRANTED
    yield Finding(kind=kind, topic=topic, names=missing)
    unsubscribed = tuple(name for name in EVENTS if name not in found.events)
    kind = Kind.EVENTS_MISSING if unsubscribed else Kind.EVENTS_SUBSCRIBED
    yield Finding(kind=kind, topic=topic, names=unsubscribed)


def _level(word: str | None) -> int:
    return _LEVELS.index(word) if word in _LEVELS else -1


def _settings_file(subject: Subject) -> Iterator[Finding]:
    for mistake in subject.mistakes:
        yield Finding(kind=Kind.SETTINGS_MISTAKE, topic=Topic.SETTINGS, settings_mistake=mistake)
    if not subject.mistakes:
        yield Finding(kind=Kind.SETTINGS_GOOD, topic=Topic.SETTINGS)


def _base(subject: Subject) -> Iterator[Finding]:
    branch, topic = subject.base, Topic.BASE
    taken = subject.github.first_branch_of(in_the_way_of(subject.epic.issue_number))
    if taken is not None:
        yield Finding(kind=Kind.NAME_TAKEN, topic=topic, branch=taken)
    found = subject.github.base_branch(branch)
    if found.sha is None:
        yield Finding(kind=Kind.BASE_MISSING, topic=topic, branch=branch)
        return
    rules = rules_of(subject.services, subject.github, subject.epic.repository, branch)
    failed = counting_on_base(found, rules, subject.settings)
    kind = Kind.BASE_RED if failed else Kind.BASE_GREEN
    yield Finding(kind=kind, topic=topic, branch=branch, names=failed)
    yield _checks(branch, rules, found.has_checks)
    if own := rules.required_of(subject.services.settings.github_app_id):
        yield Finding(kind=Kind.OWN_CHECK_REQUIRED, topic=topic, branch=branch, names=own)
    yield _merge_method(subject, rules)
    if rules.merge_queue:
        yield Finding(kind=Kind.MERGE_QUEUE, topic=topic)
    if rules.required_approvals:
        yield Finding(kind=Kind.APPROVALS, topic=topic, count=rules.required_approvals)
    if rules.other_rules:
        yield Finding(kind=Kind.OTHER_RULES, topic=topic, names=rules.other_rules)


def _checks(branch: str, rules: BranchRules, has_checks: bool) -> Finding:
    if rules.required_checks:
        kind = Kind.CHECKS_REQUIRED
    elif has_checks:
        kind = Kind.CHECKS_OPTIONAL
    elif rules.required_approvals:
        kind = Kind.ONLY_REVIEWS
    else:
        kind = Kind.UNPROTECTED
    return Finding(kind=kind, topic=Topic.BASE, branch=branch, names=rules.required_checks)


def _merge_method(subject: Subject, rules: BranchRules) -> Finding:
    wanted, allowed = subject.settings.merge_method, rules.merge_methods
    if not allowed:
        return Finding(kind=Kind.NO_MERGE_METHOD, topic=Topic.BASE)
    refused = wanted is not None and wanted not in allowed
    kind = Kind.MERGE_METHOD_REFUSED if refused else Kind.MERGE_METHOD
    return Finding(kind=kind, topic=Topic.BASE, word=wanted or allowed[0], names=allowed)


def _agents(subject: Subject) -> Iterator[Finding]:
    provider, settings = subject.services.agents.of(subject.epic), subject.settings
    topic = Topic.AGENTS
    yield Finding(kind=Kind.AGENT_KEY, topic=topic, word=provider.me())
    if not provider.capabilities.launches_once:
        yield Finding(kind=Kind.LAUNCHES_MAY_DOUBLE, topic=topic)
    by_complexity = (settings.simple_model, settings.medium_model, settings.complex_model)
    models = dict.fromkeys((settings.model, *by_complexity))
    wanted = [model for model in models if model not in (None, DEFAULT_MODEL)]
    offered = tuple(provider.models()) if wanted else ()
    for model in wanted:
        kind = Kind.MODEL_OFFERED if model in offered else Kind.MODEL_NOT_OFFERED
        yield Finding(kind=kind, topic=topic, word=model, names=offered)


def _address(subject: Subject) -> Iterator[Finding]:
    reachable = subject.services.settings.webhooks_reachable
    kind = Kind.WEBHOOKS_REACHABLE if reachable else Kind.NOT_HTTPS
    yield Finding(kind=kind, topic=Topic.ADDRESS)


def _checklist(subject: Subject) -> Iterator[Finding]:
    topic = Topic.CHECKLIST
    found = parse_checklist(subject.github.issue(subject.epic.issue_number).body)
    for mistake in found.mistakes:
        yield Finding(kind=Kind.CHECKLIST_MISTAKE, topic=topic, checklist_mistake=mistake)
    if not found.items:
        yield Finding(kind=Kind.NO_TASKS, topic=topic)
    elif not found.mistakes:
        open_items = sum(not item.done for item in found.items)
        yield Finding(kind=Kind.TASKS, topic=topic, count=open_items, total=len(found.items))


def _people(subject: Subject) -> Iterator[Finding]:
    permissions = subject.settings.permissions
    for verb in (None, *(verb for verb, _ in permissions.verbs)):
        rule = permissions.rule_for(verb or "")
        yield Finding(kind=Kind.WHO_MAY, topic=Topic.PEOPLE, verb=verb, rule=rule)


_EXAMINATIONS: dict[Topic, Examination] = {
    Topic.INSTALLATION: _installation,
    Topic.SETTINGS: _settings_file,
    Topic.BASE: _base,
    Topic.AGENTS: _agents,
    Topic.ADDRESS: _address,
    Topic.CHECKLIST: _checklist,
    Topic.PEOPLE: _people,
}
