"""Time, limits, and what happened to what people are shown."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.events.base import Event
from bot.core.events.people import CommandGiven
from bot.core.model.identifiers import CommitSha, RunId
from bot.core.model.reasons import HoldKind


@dataclass(frozen=True, kw_only=True)
class TimePassed(Event):
    """The epic's `due_at` has come."""


@dataclass(frozen=True, kw_only=True)
class ProgressCommentUpdated(Event):
    """The progress comment stands as of `at`; `comment_id` is where.

    `digest` tells what it says of the issue's text, None where it was only found again.
    """

    comment_id: int
    at: datetime
    digest: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProgressCommentGone(Event):
    """The progress comment is gone."""


@dataclass(frozen=True, kw_only=True)
class CheckRunUpdated(Event):
    """The task's check run stands on `sha`."""

    task: int
    check_run_id: int
    sha: CommitSha


@dataclass(frozen=True, kw_only=True)
class LineNotAdded(Event):
    """The task's line could not be added to the issue's body.

    `reason` is GitHub's; without one the checklist is `full`, or no place in the text would be read
    as a task.
    """

    task: int
    reason: str | None = None
    full: bool = False


@dataclass(frozen=True, kw_only=True)
class BoxNotFound(Event):
    """The line to tick is no longer in the issue's body."""

    task: int


@dataclass(frozen=True, kw_only=True)
class Throttled(Event):
    """A service takes no requests from us until then; `quote` are its words.

    Without a `reason` nothing was asked: it is the one that is known.
    """

    service: str
    until: datetime
    reason: HoldKind | None = None
    quote: str = ""


@dataclass(frozen=True, kw_only=True)
class Parked(Event):
    """An event or effect of that `kind` was put aside: we failed on it again and again.

    It was about that task or run, or a command that nobody has answered.
    """

    kind: str
    task: int | None = None
    run: RunId | None = None
    command: CommandGiven | None = None


@dataclass(frozen=True, kw_only=True)
class EffectFailed(Event):
    """An effect that no task depends on was refused; `what` is its name, `reason` a quote."""

    what: str
    reason: str
