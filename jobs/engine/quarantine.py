"""Faults of our own: backed off, after a few parked, and shown to people and to the operator."""

from datetime import datetime, timedelta

import structlog

from bot.core.effects import Effect
from bot.core.events import CommandGiven, Event, Parked
from storage import faults, inbox
from storage.database import Connection
from storage.faults import Kept

MAX_FAULTS = 5
FIRST_POSTPONEMENT = 10.0  # seconds
MAX_POSTPONEMENT = 3600.0

log = structlog.get_logger(__name__)


def backoff(count: int) -> timedelta:
    """How long something is left alone that has failed `count` times before."""
    return timedelta(seconds=min(MAX_POSTPONEMENT, FIRST_POSTPONEMENT * 2.0**count))


def note(
    connection: Connection, where: Kept, row_id: int, error: Exception, now: datetime
) -> tuple[datetime, bool]:
    """Count one more failure; returns when to try again, and whether people are to be told now.

    That was the last try, but for an epic: it is tried on and on, and told of once.
    """
    count = faults.count(connection, where, row_id) + 1
    faults.note(connection, where, row_id, error, now if count >= MAX_FAULTS else None)
    return now + backoff(count - 1), count == MAX_FAULTS


def park(connection: Connection, where: Kept, row_id: int, error: Exception, now: datetime) -> None:
    """Leave alone at once what no further try can help."""
    faults.note(connection, where, row_id, error, now)


def show(
    connection: Connection,
    epic_id: int,
    key: str,
    kind: str,
    now: datetime,
    *,
    about: Effect | Event | None = None,
    task: int | None = None,
) -> None:
    """Tell people and the operator of what was parked: they alone can help it."""
    task = getattr(about, "task", task)
    log.error("parked after repeated faults", task=task, row=key, kind=kind)
    event: Event = Parked(
        kind=kind,
        task=task,
        run=getattr(about, "run", None),
        command=about if isinstance(about, CommandGiven) else None,
    )
    # A notice that cannot be decided on either is not followed by another one.
    if kind != type(event).__name__:
        inbox.add(connection, epic_id, f"parked:{key}:{now.isoformat()}", event, now=now)
