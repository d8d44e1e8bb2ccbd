"""The base branch, its rules, and what runs for pull requests into it."""

from collections.abc import Iterator

from bot.clients.github.workflows import BranchWorkflows, EarlierPullRequest
from bot.core.merge_policy import counting_on_base
from bot.core.model.findings import Finding, Topic
from bot.core.model.findings import FindingKind as Kind
from bot.core.model.observations import BranchRules
from jobs.enrich.doctor.subject import Subject, attempted

_PULL_REQUEST = {"pull_request", "pull_request_target"}
_QUEUE = "merge_group"


def examine(subject: Subject) -> Iterator[Finding]:
    """Examine the branch and its rules as they are now. Five or six requests.

    Rules are read from GitHub itself: what is kept of them for a while may be what is wrong.
    """
    branch, topic = subject.base, Topic.BASE
    found = subject.github.base_branch(branch)
    if found.sha is None:
        yield Finding(kind=Kind.BASE_MISSING, topic=topic, branch=branch)
        return
    rules = subject.github.branch_rules(branch)
    failed = counting_on_base(found, rules, subject.settings)
    kind = Kind.BASE_RED if failed else Kind.BASE_GREEN
    yield Finding(kind=kind, topic=topic, branch=branch, names=failed)
    yield _checks(branch, rules, found.has_checks)
    if own := rules.required_of(subject.services.settings.github_app_id):
        yield Finding(kind=Kind.OWN_CHECK_REQUIRED, topic=topic, branch=branch, names=own)
    yield _merge_method(subject, rules)
    if rules.required_approvals:
        yield Finding(kind=Kind.APPROVALS, topic=topic, count=rules.required_approvals)
    if rules.other_rules:
        yield Finding(kind=Kind.OTHER_RULES, topic=topic, names=rules.other_rules)
    yield from attempted(Topic.WORKFLOWS, _workflows(subject, rules))


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


def _workflows(subject: Subject, rules: BranchRules) -> Iterator[Finding]:
    found = subject.github.workflows(subject.base)
    own = subject.services.settings.github_app_id
    unknown = (name for name, app in rules.required_apps if app not in {own, *found.apps})
    if names := tuple(dict.fromkeys(unknown)):
        yield Finding(kind=Kind.CHECK_APP_UNKNOWN, topic=Topic.BASE, names=names)
    if rules.merge_queue:
        yield _merge_queue(found, rules)
    if found.files is None:
        yield Finding(kind=Kind.WORKFLOWS_HIDDEN, topic=Topic.WORKFLOWS)
    else:
        yield _listening(found)
    if found.earlier is not None:
        yield _started(found.earlier)


def _merge_queue(found: BranchWorkflows, rules: BranchRules) -> Finding:
    """Say whether what is required will be reported on the queue's own branches.

    Another CI than GitHub Actions has its own list of branches, which nobody shows us.
    """
    files = found.files or ()
    if not rules.required_checks or any(_QUEUE in one.events for one in files):
        kind = Kind.MERGE_QUEUE
    else:
        kind = Kind.MERGE_QUEUE_UNHEARD if files else Kind.MERGE_QUEUE_UNCHECKED
    return Finding(kind=kind, topic=Topic.BASE, names=rules.required_checks)


def _listening(found: BranchWorkflows) -> Finding:
    """Say which workflows run for pull requests."""
    files = found.files or ()
    listening = tuple(one.file for one in files if _PULL_REQUEST & one.events)
    if listening:
        kind = Kind.WORKFLOWS_LISTEN
    else:
        kind = Kind.WORKFLOWS_DO_NOT_LISTEN if files else Kind.NO_WORKFLOWS
    names = listening or tuple(one.file for one in files)
    return Finding(kind=kind, topic=Topic.WORKFLOWS, names=names)


def _started(earlier: EarlierPullRequest) -> Finding:
    """Say what an earlier pull request of ours shows of whether checks begin on them."""
    if earlier.awaiting:
        kind = Kind.CHECKS_AWAIT_APPROVAL
    else:
        kind = Kind.CHECKS_STARTED if earlier.ran else Kind.CHECKS_NOT_STARTED
    number, names = earlier.number, earlier.awaiting
    return Finding(kind=kind, topic=Topic.WORKFLOWS, names=names, pull_request=number)
