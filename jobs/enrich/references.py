"""The issues that an epic's tasks are about, read when its text is approved."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime

from bot.clients.errors import PermanentError, Unauthorized
from bot.clients.github.issues import Issue
from bot.clients.github.repository import RepositoryClient
from bot.core.events import EpicLabelled, IssueEdit
from bot.core.model.identifiers import Login, RepositoryName
from bot.core.model.reference import (
    Reference,
    Referenced,
    ReferencedIssue,
    ReferenceProblem,
)
from bot.core.text.references import open_references, shown_of_issue
from bot.core.transitions.epic.approved_text import TIME_TO_READ
from jobs.enrich.lookup import Lookup
from storage import ingest

MayApprove = Callable[[Login], bool]
_WRITERS = frozenset({"admin", "maintain", "write"})


def references(lookup: Lookup, texts: Collection[str], may_approve: MayApprove) -> Referenced:
    """Read every issue that open items refer to; a text without any costs no request."""
    home = lookup.epic.repository
    named = dict.fromkeys(one for text in texts for one in open_references(text, home))
    return Referenced(issues=tuple(_read(lookup, one, may_approve) for one in named))


def new_references(lookup: Lookup, text: str, may_approve: MayApprove) -> Referenced | None:
    """Read the issues that the text names and the epic does not know yet; None without any."""
    epic = lookup.epic
    if epic.referenced.are_tasks:
        return None
    named = [
        one
        for one in open_references(text, epic.repository)
        if (known := epic.referenced.find(one)) is None or known.problem is not None
    ]
    if not named:
        return None
    return Referenced(issues=tuple(_read(lookup, one, may_approve) for one in named))


def sub_issues(lookup: Lookup, may_approve: MayApprove) -> Referenced:
    """Read the epic's sub-issues, which are its tasks, in their order."""
    found = lookup.github.sub_issues(lookup.epic.issue_number)
    issues = tuple(_sub_issue(lookup, issue, may_approve) for issue in found)
    return Referenced(issues=issues, are_tasks=True)


def _sub_issue(lookup: Lookup, issue: Issue, may_approve: MayApprove) -> ReferencedIssue:
    reference = Reference(repository=issue.repository, number=issue.number)
    github = _client(lookup, issue.repository)
    role = _role(lookup, github)
    if role == "none":
        return _problem(reference, ReferenceProblem.UNREADABLE)
    return _known(lookup, github, reference, issue, may_approve, may_close=role in _WRITERS)


def _read(lookup: Lookup, reference: Reference, may_approve: MayApprove) -> ReferencedIssue:
    epic = lookup.epic
    _, _, host = lookup.services.settings.github_web_url.partition("://")
    if reference.host is not None and reference.host.lower() != host.lower():
        return _problem(reference, ReferenceProblem.UNREADABLE)
    if reference.key == Reference(repository=epic.repository, number=epic.issue_number).key:
        return _problem(reference, ReferenceProblem.THIS_EPIC)
    github = _client(lookup, reference.repository)
    try:
        role = _role(lookup, github)
        issue = None if role == "none" else github.issue(reference.number)
    except Unauthorized:
        raise
    except PermanentError:
        # One negative answer is not the truth yet.
        if lookup.doubts:
            raise
        issue = None
    if issue is None:
        return _problem(reference, ReferenceProblem.UNREADABLE)
    if issue.is_pull_request:
        return _problem(reference, ReferenceProblem.PULL_REQUEST)
    return _known(lookup, github, reference, issue, may_approve, may_close=role in _WRITERS)


def _client(lookup: Lookup, repository: RepositoryName) -> RepositoryClient:
    is_home = str(repository).lower() == str(lookup.epic.repository).lower()
    return lookup.github if is_home else lookup.github.beside(repository)


def _role(lookup: Lookup, github: RepositoryClient) -> str:
    """Return what whoever approves may do there, so that nobody reads what is not for them.

    Where the App is not installed it sees what everybody does.
    """
    if github is lookup.github:
        return "write"
    try:
        return github.permission_of(lookup.event.by)
    except Unauthorized:
        raise
    except PermanentError:
        return "read"


def _known(
    lookup: Lookup,
    github: RepositoryClient,
    reference: Reference,
    issue: Issue,
    may_approve: MayApprove,
    *,
    may_close: bool,
) -> ReferencedIssue:
    if issue.is_open and _is_epic(lookup, reference, issue):
        return _problem(reference, ReferenceProblem.OTHER_EPIC)
    description = shown_of_issue(issue.body)
    if description is None:
        return _problem(reference, ReferenceProblem.TOO_LONG)
    found = ReferencedIssue(
        reference=reference,
        title=issue.title,
        description=description,
        is_open=issue.is_open,
        may_close=may_close,
        blocked_by=github.blocked_by(issue.number) if issue.is_blocked else (),
    )
    edit = _last_unread_edit(lookup, github, found, issue.updated_at)
    if edit is None or may_approve(edit.by):
        return found
    return replace(found, problem=ReferenceProblem.EDITED, edited_by=edit.by)


def _is_epic(lookup: Lookup, reference: Reference, issue: Issue) -> bool:
    """Return whether agents work, or are about to work, on the issue by itself."""
    if lookup.epic.settings.label.lower() in {label.lower() for label in issue.labels}:
        return True
    with lookup.services.database.read() as connection:
        return ingest.is_started_epic(connection, reference.repository, reference.number)


def _last_unread_edit(
    lookup: Lookup, github: RepositoryClient, found: ReferencedIssue, updated_at: datetime
) -> IssueEdit | None:
    """Return the last edit of the issue, unless whoever approves can be said to have read it.

    A label only has the text shown. What has been shown since is read; without that, what has
    stood there for a while is.
    """
    if isinstance(lookup.event, EpicLabelled):
        return None
    known, at = lookup.epic.referenced.find(found.reference), lookup.event.at or lookup.now
    if known is not None and known.problem in (None, ReferenceProblem.EDITED):
        if (known.title, known.description) == (found.title, found.description):
            return None
        since = datetime.min.replace(tzinfo=UTC)
    else:
        since = at - TIME_TO_READ
    # GitHub's times are whole seconds.
    if updated_at < since.replace(microsecond=0):
        return None
    edits = [edit for edit in github.issue_edits(found.reference.number) if edit.at >= since]
    return max(edits, key=lambda edit: edit.at, default=None)


def _problem(reference: Reference, problem: ReferenceProblem) -> ReferencedIssue:
    return ReferencedIssue(reference=reference, problem=problem)
