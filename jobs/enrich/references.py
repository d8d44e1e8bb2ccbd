"""The issues that an epic's tasks are about, read when its text is approved."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from bot.clients.errors import PermanentError, Unauthorized
from bot.clients.github.issues import MAX_ADDED, Issue
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
from bot.core.transitions.epic.approved_issues import unread_since
from jobs.enrich.lookup import Lookup
from storage import ingest

MayApprove = Callable[[Login], bool]
_WRITERS = frozenset({"admin", "maintain", "write"})
_KEPT = (None, ReferenceProblem.EDITED)
# GitHub's stand-in for an account that is gone.
_NOBODY = Login("ghost")
# How few people can read what is in a repository.
_HIDDEN = {"public": 0, "internal": 1, "private": 2}


@dataclass(frozen=True, kw_only=True)
class _Access:
    """How a repository is read, and what whoever approves may do there."""

    github: RepositoryClient
    role: str


class _Reader:
    """Reads issues for one event; each other repository is asked about once."""

    def __init__(self, lookup: Lookup, may_approve: MayApprove) -> None:
        self.lookup = lookup
        self.may_approve = may_approve
        self._accesses: dict[str, _Access | None] = {}

    def access(self, repository: RepositoryName) -> _Access | None:
        """Return how to read issues there; None where their text is not for the epic's readers."""
        key = str(repository).lower()
        if key == str(self.lookup.epic.repository).lower():
            return _Access(github=self.lookup.github, role="write")
        if key not in self._accesses:
            self._accesses[key] = self._other(self.lookup.github.beside(repository))
        return self._accesses[key]

    def _other(self, github: RepositoryClient) -> _Access | None:
        try:
            visibility = github.about().visibility
        except Unauthorized:
            raise
        except PermanentError:
            # One negative answer is not the truth yet.
            if self.lookup.doubts:
                raise
            return None
        if not self._is_for_readers(visibility):
            return None
        role = self._role(github, visibility)
        return None if role == "none" else _Access(github=github, role=role)

    def _is_for_readers(self, visibility: str) -> bool:
        """Whether all who can read the epic can read what is there, which the epic will show."""
        if visibility == "public":
            return True
        home = self._home_visibility
        return _HIDDEN.get(visibility, 2) <= _HIDDEN.get(home, 0)

    @cached_property
    def _home_visibility(self) -> str:
        return self.lookup.github.about().visibility

    def _role(self, github: RepositoryClient, visibility: str) -> str:
        """Return what whoever approves may do there, so that nobody reads what is not for them.

        Where the App is not installed it sees what everybody does.
        """
        try:
            return github.permission_of(self.lookup.event.by)
        except Unauthorized:
            raise
        except PermanentError:
            return "read" if visibility == "public" else "none"


def references(lookup: Lookup, texts: Collection[str], may_approve: MayApprove) -> Referenced:
    """Read every issue that open items refer to; a text without any costs no request."""
    home, reader = lookup.epic.repository, _Reader(lookup, may_approve)
    named = dict.fromkeys(one for text in texts for one in open_references(text, home))
    return Referenced(issues=tuple(_read(reader, one) for one in named))


def new_references(lookup: Lookup, text: str, may_approve: MayApprove) -> Referenced | None:
    """Read the issues that the text names and the epic does not know yet; None without any.

    An edit of the epic does not approve somebody else's edit of an issue that it named before.
    """
    epic, reader = lookup.epic, _Reader(lookup, may_approve)
    if epic.referenced.are_tasks:
        return None
    named = [
        one
        for one in open_references(text, epic.repository)
        if (known := epic.referenced.find(one)) is None or known.problem not in _KEPT
    ]
    if not named:
        return None
    return Referenced(issues=tuple(_read(reader, one) for one in named))


def sub_issues(lookup: Lookup, may_approve: MayApprove) -> Referenced:
    """Read the epic's sub-issues, which are its tasks, in their order."""
    reader = _Reader(lookup, may_approve)
    number = lookup.epic.issue_number
    found = lookup.github.sub_issues(number)
    # A label only has them shown.
    is_label = isinstance(lookup.event, EpicLabelled)
    events = () if is_label or not found else lookup.github.sub_issues_added(number)
    added = {reference.key: edit for reference, edit in events}
    if len(events) >= MAX_ADDED:
        # Of the others nobody knows who added them.
        unknown = IssueEdit(by=_NOBODY, at=events[0][1].at)
        added = {_reference(one).key: unknown for one in found} | added
    return Referenced(
        issues=tuple(_sub_issue(reader, issue, added) for issue in found), are_tasks=True
    )


def _reference(issue: Issue) -> Reference:
    return Reference(repository=issue.repository, number=issue.number)


def _sub_issue(reader: _Reader, issue: Issue, added: Mapping[str, IssueEdit]) -> ReferencedIssue:
    reference = _reference(issue)
    access = reader.access(issue.repository)
    if access is None:
        return _problem(reference, ReferenceProblem.UNREADABLE)
    known = _known(reader, access, reference, issue)
    return _with_addition(reader, known, added.get(reference.key))


def _with_addition(
    reader: _Reader, found: ReferencedIssue, edit: IssueEdit | None
) -> ReferencedIssue:
    """Add who put it among the sub-issues, if they may not command and it may be unread."""
    event = reader.lookup.event
    new = replace(found, is_new=True)
    since = unread_since(reader.lookup.epic, new, event.at or reader.lookup.now)
    if edit is None or since is None or edit.at < since.replace(microsecond=0):
        return found
    if reader.may_approve(edit.by):
        return found
    return replace(new, edited_by=edit.by, edited_at=max(edit.at, found.edited_at or edit.at))


def _read(reader: _Reader, reference: Reference) -> ReferencedIssue:
    lookup = reader.lookup
    epic = lookup.epic
    _, _, host = lookup.services.settings.github_web_url.partition("://")
    if reference.host is not None and reference.host.lower() != host.lower():
        return _problem(reference, ReferenceProblem.UNREADABLE)
    if reference.key == Reference(repository=epic.repository, number=epic.issue_number).key:
        return _problem(reference, ReferenceProblem.THIS_EPIC)
    access = reader.access(reference.repository)
    if access is None:
        return _problem(reference, ReferenceProblem.UNREADABLE)
    try:
        issue = access.github.issue(reference.number)
    except Unauthorized:
        raise
    except PermanentError:
        if lookup.doubts:
            raise
        return _problem(reference, ReferenceProblem.UNREADABLE)
    if issue.is_pull_request:
        return _problem(reference, ReferenceProblem.PULL_REQUEST)
    return _known(reader, access, reference, issue)


def _known(reader: _Reader, access: _Access, reference: Reference, issue: Issue) -> ReferencedIssue:
    lookup, github = reader.lookup, access.github
    if issue.is_open and _is_epic(lookup, reference, issue):
        return _problem(reference, ReferenceProblem.OTHER_EPIC)
    description = shown_of_issue(issue.body)
    found = ReferencedIssue(
        reference=reference,
        title=issue.title if description is not None else "",
        description=description or "",
        problem=ReferenceProblem.TOO_LONG if description is None else None,
        is_open=issue.is_open,
        may_close=access.role in _WRITERS,
        blocked_by=github.blocked_by(issue.number) if issue.is_blocked else (),
    )
    edit = _foreign_edit(reader, github, found, issue.updated_at)
    return found if edit is None else replace(found, edited_by=edit.by, edited_at=edit.at)


def _is_epic(lookup: Lookup, reference: Reference, issue: Issue) -> bool:
    """Return whether agents work, or are about to work, on the issue by itself."""
    if lookup.epic.settings.label.lower() in {label.lower() for label in issue.labels}:
        return True
    with lookup.services.database.read() as connection:
        return ingest.is_started_epic(connection, reference.repository, reference.number)


def _foreign_edit(
    reader: _Reader, github: RepositoryClient, found: ReferencedIssue, updated_at: datetime
) -> IssueEdit | None:
    """Return the last edit by somebody who may not command, where it may be unread.

    A label only has the text shown.
    """
    lookup = reader.lookup
    if isinstance(lookup.event, EpicLabelled):
        return None
    since = unread_since(lookup.epic, found, lookup.event.at or lookup.now)
    # GitHub's times are whole seconds.
    since = since and since.replace(microsecond=0)
    if since is None or updated_at < since:
        return None
    edits = (one for one in github.issue_edits(found.reference.number) if one.at >= since)
    newest_first = sorted(edits, key=lambda one: one.at, reverse=True)
    return next((one for one in newest_first if not reader.may_approve(one.by)), None)


def _problem(reference: Reference, problem: ReferenceProblem) -> ReferencedIssue:
    return ReferencedIssue(reference=reference, problem=problem)
