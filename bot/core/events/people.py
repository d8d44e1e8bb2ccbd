"""What people do, on the issue and around it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.core.events.base import Enrichment, Event, IssueText
from bot.core.model.identifiers import Login
from bot.core.model.interruptions import Interruption
from bot.core.model.refusals import Refusal


@dataclass(frozen=True, kw_only=True)
class EpicLabelled(Event):
    """A label was put on the issue; the settings say whether it is the trigger.

    `issue` is the text that the person labelled, at that time: whoever labels approves it.
    `by_app`: GitHub says that no person did it, whatever the name.
    """

    needs_enrichment: ClassVar[bool] = True
    by: Login
    label: str
    issue: IssueText | None = None
    at: datetime | None = None
    by_app: bool = False
    enrichment: Enrichment | None = None


@dataclass(frozen=True, kw_only=True)
class Superseded:
    """The `pause` or `cancel` by which somebody overtook a command that was still waiting."""

    by: Login
    verb: str


@dataclass(frozen=True, kw_only=True)
class CommandGiven(Event):
    """One `/orchestra` line of a comment on the epic, or on `pull_request` where that is set.

    A button of a check run gives the same without a comment. `by_app`: an App wrote it, in its own
    name or in that of the person `by`. `refusal` says why the line was not even read, `superseded`
    what was commanded since. `before_stop`: a later line of the comment is a `pause` or `cancel`,
    which is not to wait for others. `issue` is the text of the epic's issue that came with the
    comment, None where it is not that issue's, or was found later; `at` is when it was written.
    `digest` tells which text the button was shown with.
    """

    needs_enrichment: ClassVar[bool] = True
    comment_id: int | None
    line: int
    text: str
    by: Login
    pull_request: int | None = None
    refusal: Refusal | None = None
    by_app: bool = False
    issue: IssueText | None = None
    at: datetime | None = None
    digest: str | None = None
    superseded: Superseded | None = None
    before_stop: bool = False
    enrichment: Enrichment | None = None


@dataclass(frozen=True, kw_only=True)
class BodyEdited(Event):
    """Somebody else changed the issue's title or body, to what they are here.

    Not read again: what stands there now may be somebody else's. `before` is the body that this
    edit replaced, None when it left the body alone; `title_before` likewise. `by_app`: GitHub says
    that no person did it, whatever the name.
    """

    needs_enrichment: ClassVar[bool] = True
    by: Login
    title: str
    body: str
    before: str | None = None
    title_before: str | None = None
    at: datetime | None = None
    by_app: bool = False
    enrichment: Enrichment | None = None


@dataclass(frozen=True, kw_only=True)
class BodyWritten(Event):
    """We replaced the body: GitHub's word on what stood there before our write."""

    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(Event):
    """A comment on the epic was deleted; it matters only when it is the progress comment."""

    comment_id: int


@dataclass(frozen=True, kw_only=True)
class Interrupted(Event):
    """Something happened to the issue, the repository or the App that stops the epic.

    `by_us`: GitHub names our own App as who did it.
    """

    kind: Interruption
    by: Login | None = None
    by_us: bool = False


@dataclass(frozen=True, kw_only=True)
class InterruptionResolved(Event):
    """What had interrupted the epic is as it was."""

    kind: Interruption
    by: Login | None = None
