"""What the engine is wired with: it knows neither GitHub nor Cursor.

Whoever carries out an effect, or enriches an inbox row, turns whatever goes wrong outside into one
of these results. An exception that comes through is a fault of our own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.core.effects import Effect
from bot.core.events import Enrichment, Event
from bot.core.model.epic import Epic
from bot.core.model.reasons import HoldKind
from bot.core.model.terms import Terms
from storage.database import Database
from storage.inbox import InboxRow


class ClaimLost(Exception):  # noqa: N818 # named as what it says
    """The effect is not ours any more: nothing further may be sent for it."""


@dataclass(frozen=True)
class NotApplied:
    """Nothing shows that an earlier try was carried out: do it now."""


@dataclass(frozen=True)
class CheckAgain:
    """It cannot be told yet whether an earlier try was carried out; look again in `seconds`."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """`service` is to have no requests for `seconds`; all that share `name` wait for it.

    Without `seconds` the service told none: they
    grow with the time that it has refused. `reason` tells a limit from a refused credential.
    """

    service: str
    name: str
    seconds: float | None
    reason: HoldKind = HoldKind.LIMITED
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Failed:
    """It failed for now; `answer_lost` says that it may have been carried out all the same.

    `message` are the service's words. `answer` is what the epic learns of it where it has a retry
    policy of its own, `news` what it is to show while it is tried again; else a step that fails for
    long is shown as `reason`.
    """

    service: str
    message: str
    answer_lost: bool
    reason: HoldKind = HoldKind.UNANSWERED
    answer: Event | None = None
    news: Event | None = None


Result = Event | NotApplied | CheckAgain | RateLimit | Failed | None


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What an effect is carried out in: the epic, as of `now`.

    `since` is when the effect was first tried, `tries` how often, this time included;
    `before_request` is called right before each
    request, and raises ClaimLost.
    """

    epic: Epic
    installation: int
    now: datetime
    since: datetime
    tries: int
    before_request: Callable[[], None]


class Action(Protocol):
    """One effect, to be carried out."""

    def already_applied(self) -> Result:
        """Return what became of an earlier try, whose answer was lost."""

    def perform(self) -> Result:
        """Carry it out."""


class Handlers(Protocol):
    """How every kind of effect is carried out."""

    def service(self, effect: Effect) -> str:
        """Return the service that the effect needs."""

    def throttle_names(self, service: str, installation: int, epic: Epic) -> tuple[str, ...]:
        """Name what shares that service's limits and refusals with the epic."""

    def action(self, effect: Effect, surroundings: Surroundings) -> Action:
        """Return the effect in its surroundings."""


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """The enrichment could not be completed; `so_far` is used after the last try."""

    message: str
    so_far: Enrichment


class Enricher(Protocol):
    """How an inbox row gets what its decision needs."""

    def throttle_names(self, installation: int, epic: Epic) -> tuple[str, ...]:
        """Name what shares the limits and refusals of the service that is asked."""

    def enrich(
        self, row: InboxRow, epic: Epic, installation: int
    ) -> Enrichment | RateLimit | Unanswered:
        """Read what the row's decision needs."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The engine, wired."""

    database: Database
    handlers: Handlers
    enricher: Enricher
    terms: Terms = field(default_factory=Terms)
