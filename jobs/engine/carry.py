"""Carry an epic as far as it goes now.

One transaction records what the last job outside came to, decides on it, and claims the next job
with the epic that was just saved. The job itself runs outside any transaction. A turn that raises
all the same has the epic left alone for a while.
"""

import time
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.core.effects import Urgency
from bot.core.model.epic import Epic
from bot.logs import about
from jobs.engine import quarantine
from jobs.engine.advance import advance
from jobs.engine.enrich import Enriched, claim_next_row
from jobs.engine.interfaces import Engine
from jobs.engine.perform import Performed, claim_next
from storage import due, epics, faults
from storage.database import Connection, DatabaseFailed
from storage.faults import Kept, Unreadable

log = structlog.get_logger(__name__)

Outcome = Performed | Enriched
Job = Callable[[], Outcome | None]

# A turn that finds nothing to do although something is due has met another worker at it.
_MAX_IDLE_TURNS = 2


def carry(engine: Engine, epic_id: int) -> None:
    """Decide, then do what is most pressing, and again, until nothing is left to be done now."""
    with engine.database.read() as connection:
        address = epics.address(connection, epic_id)
    with about(epic=address):
        _carry(engine, epic_id)


def _carry(engine: Engine, epic_id: int) -> None:
    outcome: Outcome | None = None
    idle = 0
    while idle < _MAX_IDLE_TURNS:
        if outcome is None and not _is_due(engine, epic_id):
            return
        job = _turn(engine, epic_id, outcome)
        outcome = job() if job else None
        idle = 0 if job else idle + 1


def _is_due(engine: Engine, epic_id: int) -> bool:
    with engine.database.read() as connection:
        now = engine.database.now(connection)
        if epics.is_held(connection, epic_id, now):
            return False
        found = due.due_for(connection, epic_id, now)
    return found.must_decide or found.must_enrich or found.urgency is not None


def _turn(engine: Engine, epic_id: int, outcome: Outcome | None) -> Job | None:
    try:
        return _decide_and_claim(engine, epic_id, outcome)
    except DatabaseFailed:
        raise
    except Exception as error:
        with engine.database.write() as connection:
            now = engine.database.now(connection)
            if outcome is not None:
                _record(connection, outcome, now)
            _leave_alone(connection, epic_id, error, now)
        return None


def _decide_and_claim(engine: Engine, epic_id: int, outcome: Outcome | None) -> Job | None:
    began = time.monotonic()
    with engine.database.write() as connection:
        now = engine.database.now(connection)
        if outcome is not None:
            _record(connection, outcome, now)
        epic = advance(connection, epic_id, now, engine.terms)
        if epic is None:
            return None
        try:
            job = _claim(engine, connection, epic, now, began)
        except DatabaseFailed:
            raise
        except Exception as error:
            # What was decided stays.
            _leave_alone(connection, epic_id, error, now)
            return None
        if outcome is None:
            faults.release(connection, epic_id)
        return job


def _record(connection: Connection, outcome: Outcome, now: datetime) -> None:
    """Record what the job came to; what cannot be stored is a fault of that job alone."""
    try:
        with connection.begin_nested():
            outcome.record(connection, now)
    except DatabaseFailed:
        raise
    except Exception as error:
        log.exception("what a job came to could not be stored")
        outcome.but_for(error).record(connection, now)


def _claim(
    engine: Engine, connection: Connection, epic: Epic, now: datetime, began: float
) -> Job | None:
    """Claim what is most pressing: a stop first, and reporting after everything else.

    What a stop has led to waits for no further one to be read: there may be many.
    """
    return (
        claim_next(engine, connection, epic, now, max_urgency=Urgency.STOP, began=began)
        or claim_next_row(engine, connection, epic, now, only_stops=True)
        or claim_next(engine, connection, epic, now, max_urgency=Urgency.ANSWER, began=began)
        or claim_next_row(engine, connection, epic, now)
        or claim_next(engine, connection, epic, now, max_urgency=Urgency.PLAN, began=began)
    )


def _leave_alone(connection: Connection, epic_id: int, error: Exception, now: datetime) -> None:
    """Leave an epic alone for a while that cannot be loaded, or whose turn raises."""
    what = "the epic cannot be loaded" if isinstance(error, Unreadable) else "a turn failed"
    log.error(what, exc_info=error)
    until, _ = quarantine.note(connection, Kept.EPIC, epic_id, error, now)
    epics.hold(connection, epic_id, until)
