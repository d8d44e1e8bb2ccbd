"""Other issues that tasks are about: those that a checklist's lines name, or the sub-issues."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.identifiers import Login, RepositoryName


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An issue by its repository and number; `host` where an address was written."""

    repository: RepositoryName
    number: int
    host: str | None = None

    @property
    def key(self) -> str:
        """What is the same for every way to name the issue: `acme/widgets#12`."""
        return f"{self.repository}#{self.number}".lower()


class ReferenceProblem(StrEnum):
    """Why an issue's text is not taken."""

    UNREADABLE = "unreadable"
    PULL_REQUEST = "pull_request"
    THIS_EPIC = "this_epic"
    OTHER_EPIC = "other_epic"
    TOO_LONG = "too_long"
    EDITED = "edited"
    ADDED = "added"


@dataclass(frozen=True, kw_only=True)
class ReferencedIssue:
    """An issue as it was when the epic's text was approved.

    `description` is what the page shows of its text. `may_close`: the App can write there, and so
    can whoever approved. `blocked_by` are the issues that GitHub says it waits for. `edited_by` is
    who edited it last of those who may not command, at `edited_at`; `is_new`: who put it among the
    sub-issues.

    A `problem` leaves title and description as they were when they could last be used; there is no
    title where they never could. `not_used` tells the text that stands there instead; `shown_at` is
    since when people can read of that, and without `not_used` the text itself.
    """

    reference: Reference
    title: str = ""
    description: str = ""
    is_open: bool = True
    may_close: bool = True
    blocked_by: tuple[Reference, ...] = ()
    problem: ReferenceProblem | None = None
    edited_by: Login | None = None
    edited_at: datetime | None = None
    is_new: bool = False
    not_used: str | None = None
    shown_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Referenced:
    """The issues that an epic's tasks are about.

    `are_tasks`: they are its sub-issues, in their order, and stand in the place of a checklist.
    """

    issues: tuple[ReferencedIssue, ...] = ()
    are_tasks: bool = False

    def find(self, reference: Reference) -> ReferencedIssue | None:
        """Return the issue by whatever way it was named, a foreign host's apart."""
        found = [one for one in self.issues if one.reference.key == reference.key]
        exact = (one for one in found if one.reference == reference)
        return next(exact, found[0] if found and reference.host is None else None)
