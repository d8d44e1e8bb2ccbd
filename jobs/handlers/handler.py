"""What it takes to carry out one kind of effect."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from bot.clients.errors import ClientError
from bot.clients.github.repository import RepositoryClient
from bot.core.effects import Effect
from bot.core.events import EffectFailed, Event
from bot.core.model.epic import Epic
from bot.services import Services
from jobs.engine.interfaces import CheckAgain, NotApplied

E = TypeVar("E", bound=Effect)

# GitHub lists what is new with a little delay; only then is it missed for certain.
SECOND_CHECK = 10.0


Outcome = Event | None
Applied = Event | NotApplied | CheckAgain | None


@dataclass(frozen=True, kw_only=True)
class Context:
    """The epic as of now, and the ways out of here.

    `since` is when the effect was first tried, `now` the database's time. `doubts`: an answer in
    the negative is not the truth yet, and may be raised to be asked about again.
    """

    services: Services
    epic: Epic
    github: RepositoryClient
    now: datetime
    since: datetime
    doubts: bool = False


def believes(error: ClientError) -> bool:
    """Take a refusal for what it says."""
    del error
    return False


@dataclass(frozen=True, kw_only=True)
class Handler(Generic[E]):
    """How one kind of effect is carried out, by `service` (`GitHub` or `Cursor`).

    `already_applied` is asked first when an earlier try may have been carried out, its answer lost;
    `refused` says what a permanent refusal means. With `transient_is_an_answer` a passing failure
    is reported to the epic too, which has a retry policy of its own, instead of trying again here.
    `unanswered` says what the epic learns of a passing failure that is tried again here. `doubts`
    tells a refusal by another service than GitHub that may pass.
    """

    service: str
    perform: Callable[[Context, E], Applied]
    already_applied: Callable[[Context, E], Applied]
    refused: Callable[[E, ClientError], Outcome]
    transient_is_an_answer: bool = False
    doubts: Callable[[ClientError], bool] = believes
    unanswered: Callable[[Context, E, ClientError], Event | None] | None = None


AnyHandler = Handler[Any]


def safe_to_repeat(context: Context, effect: Effect) -> NotApplied:
    """Serve as the recogniser of what reads or sets a value: twice is as good as once."""
    del context, effect
    return NotApplied()


def missing(context: Context) -> NotApplied | CheckAgain:
    """Answer that an earlier try's result is not to be seen; certain after a second, later look."""
    waited = context.now - context.since >= timedelta(seconds=SECOND_CHECK)
    return NotApplied() if waited else CheckAgain(SECOND_CHECK)


def only_logged(effect: Effect, error: ClientError) -> Event:
    """Report a refusal that no task depends on."""
    return EffectFailed(what=type(effect).__name__, reason=error.message)


def ignored(effect: Effect, error: ClientError) -> None:
    """Said nowhere but in the worker's log: a line in the epic's would have to be shown as well."""
    del effect, error
