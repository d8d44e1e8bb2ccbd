"""Carry out one claimed effect: recognise, send, record."""

import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.core.effects import Urgency
from bot.core.events import Event, Throttled
from bot.core.model.epic import Epic
from jobs.engine import quarantine
from jobs.engine.interfaces import (
    Action,
    CheckAgain,
    Engine,
    Failed,
    NotApplied,
    RateLimit,
    Result,
    Surroundings,
)
from jobs.engine.lease import Lease
from storage import effects, epics, inbox, throttles
from storage.database import Connection, DatabaseAwayError
from storage.effects import BrokenEffect, Claimed, Permit
from storage.faults import Kept

FIRST_POSTPONEMENT = 2.0
MAX_POSTPONEMENT = 600.0
# What goes unanswered for so long is shown to people.
PATIENCE = timedelta(minutes=1)
# A task comes no further without these; what only reports or tidies up is no news.
_STEPS = (Urgency.MERGE, Urgency.FETCH, Urgency.LAUNCH, Urgency.PLAN)
# A cancelled effect that may have been sent is looked at until that is certain.
UNSETTLED_SECONDS = 20.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Fault:
    """An exception that nobody expected; `sent`: a request may have left before it."""

    error: Exception
    sent: bool


@dataclass(frozen=True)
class Performed:
    """What came of a claimed effect, to be recorded with what is decided on it."""

    engine: Engine
    claimed: Claimed
    result: Result | Fault

    def record(self, connection: Connection, now: datetime) -> None:
        """Put the result into the epic's inbox, and the effect to rest or back."""
        result = self.result
        if isinstance(result, RateLimit):
            self._throttle(connection, result, now)
        elif isinstance(result, CheckAgain):
            sent = _may_be_sent(self.claimed)
            self._postpone(connection, now, result.seconds, sent=sent)
        elif isinstance(result, Failed):
            self._fail(connection, result, now)
        elif isinstance(result, Fault):
            self._fault(connection, result, now)
        elif not isinstance(result, NotApplied):
            self._finish(connection, result, now)

    def but_for(self, error: Exception) -> "Performed":
        """Return what is recorded where the result itself cannot be."""
        return replace(self, result=Fault(error, sent=True))

    def _finish(self, connection: Connection, event: Event | None, now: datetime) -> None:
        """Tell a result, a fact whatever became of the claim; what was only read is read again."""
        is_ours = effects.finish(connection, self.claimed, now)
        if event is not None and (is_ours or not self.claimed.effect.reads):
            _tell(connection, self.claimed, event, now)

    def _throttle(self, connection: Connection, limit: RateLimit, now: datetime) -> None:
        """Rate limiting is a state, not a failure: no try is used up and no worker sleeps.

        An effect on one service may need another first, which is then the one to be left alone.
        """
        until = throttles.throttle(connection, limit.name, limit.seconds, now)
        # A refused request was not carried out, but an earlier one may have been.
        sent = _may_be_sent(self.claimed)
        effects.postpone(connection, self.claimed, until, sent=sent, count=False)
        event = Throttled(
            service=limit.service, until=until, reason=limit.reason, quote=limit.message
        )
        _tell(connection, self.claimed, event, now)

    def _fail(self, connection: Connection, failed: Failed, now: datetime) -> None:
        claimed = self.claimed
        # A service that does not answer is told of once, not with every effect.
        log.debug(
            "effect failed for now",
            kind=_kind(claimed),
            service=failed.service,
            error=failed.message,
        )
        lost = _may_be_sent(claimed) or (failed.answer_lost and claimed.effect.irreversible)
        if failed.answer is not None and not lost:
            self._finish(connection, failed.answer, now)
        else:
            seconds = _backoff(claimed)
            if news := failed.news or self._unanswered(failed, now, seconds):
                _tell(connection, claimed, news, now)
            self._postpone(connection, now, seconds, sent=lost)

    def _unanswered(self, failed: Failed, now: datetime, seconds: float) -> Event | None:
        """Return what to show of a step that keeps failing: its task waits for nothing else."""
        is_long = now - self.claimed.first_tried_at >= PATIENCE
        if not is_long or self.claimed.effect.urgency not in _STEPS:
            return None
        until = now + timedelta(seconds=seconds)
        return Throttled(
            service=failed.service, until=until, reason=failed.reason, quote=failed.message
        )

    def _fault(self, connection: Connection, fault: Fault, now: datetime) -> None:
        claimed = self.claimed
        until, is_last = quarantine.note(connection, Kept.EFFECT, claimed.id, fault.error, now)
        sent = _may_be_sent(claimed) or (fault.sent and claimed.effect.irreversible)
        effects.postpone(connection, claimed, until, sent=sent, count=True)
        if is_last:
            key, effect = f"effect:{claimed.id}", claimed.effect
            quarantine.show(connection, claimed.epic_id, key, _kind(claimed), now, about=effect)

    def _postpone(
        self, connection: Connection, now: datetime, seconds: float, *, sent: bool
    ) -> None:
        until = now + timedelta(seconds=seconds)
        effects.postpone(connection, self.claimed, until, sent=sent, count=True)


@dataclass(frozen=True)
class Performing:
    """A claimed effect, to be carried out outside any transaction."""

    engine: Engine
    claimed: Claimed
    lease: Lease
    surroundings: Surroundings

    def __call__(self) -> Performed | None:
        """Carry it out; None where it is not ours any more, or was cancelled in time."""
        claimed = self.claimed
        try:
            action = self.engine.handlers.action(claimed.effect, self.surroundings)
            with self.lease.kept() if claimed.effect.slow else nullcontext():
                result: Result | Fault = _apply(claimed, action, self.lease)
        except DatabaseAwayError:
            raise
        except Exception as error:
            if not self.lease.is_lost:
                log.exception("effect could not be carried out", kind=_kind(claimed))
            result = Fault(error, self.lease.may_be_sent)
        # What was refused or failed because the claim was lost says nothing of the effect.
        if self.lease.is_lost and not isinstance(result, Event):
            log.warning("the claim on an effect was lost", kind=_kind(claimed))
            return None
        return Performed(self.engine, claimed, result)


def claim_next(
    engine: Engine,
    connection: Connection,
    epic: Epic,
    now: datetime,
    *,
    max_urgency: int,
    began: float,
) -> Callable[[], Performed | None] | None:
    """Claim the epic's most urgent ready effect; None without one, or if a row is undecided.

    `began` is what this process's clock said before the transaction.
    """
    claimed = effects.claim(connection, epic.id, uuid.uuid4().hex, now, max_urgency)
    if claimed is None:
        return None
    if isinstance(claimed, BrokenEffect):
        _park(connection, epic.id, claimed, now)
        return _nothing
    try:
        return _prepare(engine, connection, epic, claimed, now, began=began)
    except Exception as error:
        log.exception("effect could not be prepared", kind=_kind(claimed))
        Performed(engine, claimed, Fault(error, sent=False)).record(connection, now)
        return _nothing


def _prepare(
    engine: Engine,
    connection: Connection,
    epic: Epic,
    claimed: Claimed,
    now: datetime,
    *,
    began: float,
) -> Callable[[], Performed | None]:
    """Put a claimed effect into its surroundings, unless its service is to be left alone."""
    installation = epics.installation_of(connection, epic.id)
    service = engine.handlers.service(claimed.effect)
    names = engine.handlers.throttle_names(service, installation, epic)
    until = throttles.throttled_until(connection, names, now)
    if until is not None:
        effects.postpone(connection, claimed, until, sent=_may_be_sent(claimed), count=False)
        _tell(connection, claimed, Throttled(service=service, until=until), now)
        return _nothing
    lease = Lease(engine.database, claimed, began)
    surroundings = Surroundings(
        epic=epic,
        installation=installation,
        now=now,
        since=claimed.first_tried_at,
        tries=claimed.tries,
        before_request=lease.before_request,
    )
    return Performing(engine, claimed, lease, surroundings)


def _nothing() -> None:
    """Nothing is left to be done outside: what was written asks for another decision."""


def _apply(claimed: Claimed, action: Action, lease: Lease) -> Result:
    if claimed.maybe_sent:
        applied = action.already_applied()
        if not isinstance(applied, NotApplied):
            return applied
    if claimed.effect.irreversible:
        permit = lease.mark_sent()
        if permit is Permit.UNSETTLED:
            return CheckAgain(UNSETTLED_SECONDS)
        if permit is not Permit.SEND:
            return NotApplied()
    return action.perform()


def _kind(claimed: Claimed) -> str:
    return type(claimed.effect).__name__


def _may_be_sent(claimed: Claimed) -> bool:
    """Whether an earlier try may have been carried out, so that nothing can be taken back."""
    return claimed.maybe_sent and claimed.effect.irreversible


def _backoff(claimed: Claimed) -> float:
    return min(MAX_POSTPONEMENT, FIRST_POSTPONEMENT * 2.0 ** (claimed.tries - 1))


def _tell(connection: Connection, claimed: Claimed, event: Event, now: datetime) -> None:
    key = f"effect:{claimed.id}:{claimed.claim}"
    inbox.add(connection, claimed.epic_id, key, event, now=now)


def _park(connection: Connection, epic_id: int, effect: BrokenEffect, now: datetime) -> None:
    log.error("an effect no longer validates", effect=effect.id, exc_info=effect.error)
    quarantine.park(connection, Kept.EFFECT, effect.id, effect.error, now)
    key = f"effect:{effect.id}"
    quarantine.show(connection, epic_id, key, effect.kind, now, task=effect.task)
