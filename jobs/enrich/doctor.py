"""What `/orchestra doctor` examines: everything that would go wrong, before anything is spent."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.clients.errors import ClientError
from bot.clients.github.repository import RepositoryClient
from bot.core.merge_policy import counting_on_base
from bot.core.model.epic import Epic
from bot.core.model.messages import Finding, Health
from bot.core.model.observations import BranchRules
from bot.core.model.settings import DEFAULT_MODEL, EpicSettings
from bot.core.permissions import who_may
from bot.core.text.checklist import parse_checklist
from bot.core.transitions.epic.settings import base_for
from bot.services import Services
from jobs.handlers.rules import rules_of

# As in app.yml: what the App cannot do without, and what it is told of.
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
_GOOD, _WARNING, _BAD = Health.GOOD, Health.WARNING, Health.BAD
_ACCEPT = (
    "An owner of the account accepts them under Settings, GitHub Apps, Configure, once they are"
    " among the App's own."
)
_MAX_NAMED = 8


@dataclass(frozen=True, kw_only=True)
class Patient:
    """What is examined: the epic under the repository's `settings` and their `mistakes`."""

    services: Services
    github: RepositoryClient
    epic: Epic
    settings: EpicSettings
    mistakes: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The branch to look at: an epic's own begins as what the default branch is."""
        branch, is_own = base_for(self.epic, None)
        return self.epic.default_branch if is_own else branch


Examination = Callable[[Patient], Iterable[Finding]]


def examine(patient: Patient) -> tuple[Finding, ...]:
    """Look at everything once; what cannot be looked at is a finding too."""
    return tuple(
        finding
        for what, examination, remedy in _EXAMINATIONS
        for finding in _fetch(patient, what, examination, remedy)
    )


def _fetch(
    patient: Patient, what: str, examination: Examination, remedy: str
) -> tuple[Finding, ...]:
    try:
        return tuple(examination(patient))
    except ClientError as error:
        return (
            _finding(what, _BAD, f"{error.service} says: {error.message.rstrip('.')}. {remedy}"),
        )


def _finding(what: str, health: Health, text: str) -> Finding:
    return Finding(what=what, health=health, text=text)


def _installation(patient: Patient) -> Iterator[Finding]:
    found = patient.services.github.installation(patient.epic.repository)
    if found.suspended_at is not None:
        text = "The App is suspended on this account. An owner unsuspends it."
        yield _finding("Installation", _BAD, text)
    missing = [
        f"{name} ({level})"
        for name, level in PERMISSIONS.items()
        if _level(found.permissions.get(name)) < _level(level)
    ]
    if missing:
        text = f"Missing or not yet accepted: {', '.join(missing)}. {_ACCEPT}"
        yield _finding("Permissions", _BAD, text)
    else:
        yield _finding("Permissions", _GOOD, "The App may do all that it has to.")
    deaf = [name for name in EVENTS if name not in found.events]
    if deaf:
        text = f"Not subscribed to {', '.join(deaf)}: tick them in the App's settings."
        yield _finding("Webhooks", _WARNING, text)
    else:
        yield _finding("Webhooks", _GOOD, "The App is told of all that matters.")


def _level(word: str | None) -> int:
    return _LEVELS.index(word) if word in _LEVELS else -1


def _settings_file(patient: Patient) -> Iterator[Finding]:
    if patient.mistakes:
        yield from (_finding("Settings file", _BAD, text) for text in patient.mistakes)
    else:
        yield _finding("Settings file", _GOOD, "No mistakes; without the file, the defaults hold.")


def _base(patient: Patient) -> Iterator[Finding]:
    branch = patient.base
    seen = patient.github.base_branch(branch)
    if seen.sha is None:
        text = f"There is no branch “{branch}”. Name another: start base=…, or base_branch."
        yield _finding("Base branch", _BAD, text)
        return
    rules = rules_of(patient.services, patient.github, patient.epic.repository, branch)
    failed = counting_on_base(
        seen.failed_checks, rules.required_checks, patient.settings.ignore_checks
    )
    if failed:
        text = f"{_named(failed)} failed on {branch}: nothing is launched until they pass."
        yield _finding("Base branch", _BAD, text)
    else:
        yield _finding("Base branch", _GOOD, f"{branch}, and nothing fails on it.")
    yield _checks(branch, rules, seen.has_checks)
    yield _methods(patient, rules)
    yield from _further_rules(rules)


def _checks(branch: str, rules: BranchRules, has_checks: bool) -> Finding:
    if rules.required_checks:
        return _finding("Checks", _GOOD, f"Required on {branch}: {_named(rules.required_checks)}.")
    if has_checks:
        text = f"No check is required on {branch}; those that run are waited for all the same."
        return _finding("Checks", _GOOD, text)
    if rules.required_approvals:
        return _finding("Checks", _WARNING, f"No check runs on {branch}: reviews are all there is.")
    text = (
        f"Neither checks nor review rules on {branch}: pull requests would be merged unreviewed."
        " Add some, or set merge=approved."
    )
    return _finding("Checks", _WARNING, text)


def _methods(patient: Patient, rules: BranchRules) -> Finding:
    queued_instruction, allowed = patient.settings.merge_method, rules.merge_methods
    if not allowed:
        text = "The repository and its rules together allow no merge method: allow one."
        return _finding("Merge method", _BAD, text)
    if queued_instruction is not None and queued_instruction not in allowed:
        text = f"{queued_instruction} is set, but only {_named(allowed)} is allowed: change merge.method."
        return _finding("Merge method", _BAD, text)
    return _finding("Merge method", _GOOD, f"{queued_instruction or allowed[0]}.")


def _further_rules(rules: BranchRules) -> Iterator[Finding]:
    if rules.merge_queue:
        yield _finding("Merge queue", _GOOD, "Pull requests are merged through it.")
    if rules.required_approvals:
        text = f"Approvals that a merge waits for: {rules.required_approvals}."
        yield _finding("Reviews", _GOOD, text)
    if rules.other_rules:
        text = f"Rules that only GitHub can judge, at the merge: {_named(rules.other_rules)}."
        yield _finding("Further rules", _WARNING, text)


def _cursor(patient: Patient) -> Iterator[Finding]:
    cursor, settings = patient.services.cursor, patient.settings
    yield _finding("Cursor", _GOOD, f"The key “{cursor.me()}” works.")
    if cursor.name == "v0":
        text = (
            "v0 cannot tell a launch sent twice; v1 can, but sends no webhooks."
            " The operator chooses with CURSOR_API_VERSION=v1."
        )
        yield _finding("Cursor API", _WARNING, text)
    queued_instruction = dict.fromkeys((settings.model, settings.complex_model))
    asked = [model for model in queued_instruction if model not in (None, DEFAULT_MODEL)]
    offered = cursor.models() if asked else []
    for model in asked:
        if model in offered:
            yield _finding("Model", _GOOD, f"{model} is offered.")
        else:
            text = f"Cursor does not offer “{model}”. It offers {_named(offered)}."
            yield _finding("Model", _BAD, text)


def _address(patient: Patient) -> Iterator[Finding]:
    if patient.services.settings.webhooks_reachable:
        yield _finding("Address", _GOOD, "Webhooks reach Orchestra.")
    else:
        text = (
            "APP_URL is not https: agents are asked about instead of telling us, which is slower."
        )
        yield _finding("Address", _WARNING, text)


def _checklist(patient: Patient) -> Iterator[Finding]:
    found = parse_checklist(patient.github.issue(patient.epic.issue_number).body)
    for mistake in found.mistakes:
        place = f"Line {mistake.line}: " if mistake.line else ""
        yield _finding("Checklist", _BAD, f"{place}{mistake.message}")
    if not found.items:
        yield _finding("Checklist", _BAD, "No tasks: add lines like - [ ] First task.")
    elif not found.mistakes:
        left = sum(not item.done for item in found.items)
        yield _finding("Checklist", _GOOD, f"Tasks: {len(found.items)}, of which to do: {left}.")


def _permissions(patient: Patient) -> Iterator[Finding]:
    permissions = patient.settings.permissions
    for verb in ("", *(verb for verb, _ in permissions.verbs)):
        words = who_may(verb, permissions)
        what = f"Who may {verb or 'command'}"
        yield _finding(what, _GOOD, f"{words[0].upper()}{words[1:]}.")


def _named(names: Iterable[str]) -> str:
    """The names, as many as can be read."""
    every = list(names)
    shown = ", ".join(every[:_MAX_NAMED])
    surplus = len(every) - _MAX_NAMED
    return f"{shown} and {surplus} more" if surplus > 0 else shown or "nothing"


_INSTALLED = "See whether the App is installed on this repository and not suspended."
_EXAMINATIONS: tuple[tuple[str, Examination, str], ...] = (
    ("Installation", _installation, _INSTALLED),
    ("Settings file", _settings_file, _INSTALLED),
    ("Base branch", _base, _INSTALLED),
    ("Cursor", _cursor, "The operator checks CURSOR_API_KEY and CURSOR_API_URL."),
    ("Address", _address, ""),
    ("Checklist", _checklist, _INSTALLED),
    ("Who may command", _permissions, ""),
)
