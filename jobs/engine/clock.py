"""The clock: periodic work, each kind claimed in the database so that two clocks do it once."""

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from redis import RedisError

from bot.store import Store
from jobs.engine.queue import Nudges, trim_failed_jobs
from jobs.engine.reconcile import reconcile
from storage import polling, set_back, ticks
from storage.database import Connection, DatabaseAwayError

SECOND = 1.0
SET_BACK = timedelta(seconds=5)  # less is waited for
STOPPED = timedelta(seconds=15)  # without a look at what is due

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Tick:
    """Something done about every `seconds`."""

    name: str
    seconds: float
    do: Callable[[Store], object]


def _poll_agents(store: Store) -> None:
    with store.database.read() as connection:
        needed = polling.anything_to_ask(connection, store.database.now(connection))
    if needed:
        Nudges(store.redis).nudge_poll()


def _trim_failed_jobs(store: Store) -> None:
    trim_failed_jobs(store.redis)


_LOOK = "reconcile"
# Reconciling is also what wakes epics when a timer or a retry falls due: hence its short interval.
# Polling only asks a worker to see which agents are due.
TICKS = (
    Tick(_LOOK, SECOND, reconcile),
    Tick("poll agents", 5.0, _poll_agents),
    Tick("trim failed jobs", 60.0, _trim_failed_jobs),
)


def last_looked(connection: Connection, now: datetime) -> tuple[datetime | None, bool]:
    """Return when a clock last looked for what is due, and whether that is too long ago."""
    last = ticks.last(connection, _LOOK)
    return last, last is None or now - last > STOPPED


def tick(store: Store) -> None:
    """Do what is due; a fault in one kind of work is logged and stops no other."""
    _try("look at the database's clock", lambda: _mind_the_clock(store))
    for one in TICKS:
        _try(one.name, partial(_do, store, one))


def _try(name: str, work: Callable[[], object]) -> None:
    try:
        work()
    except (DatabaseAwayError, RedisError):
        pass  # the log has been told once
    except Exception:
        log.exception("periodic work failed", work=name)


def _do(store: Store, one: Tick) -> None:
    if _claim(store, one):
        one.do(store)


def _mind_the_clock(store: Store) -> None:
    """Where the database's clock was set back, bring forward what it had put off."""
    with store.database.read() as connection:
        last = ticks.last(connection, _LOOK)
        back = None if last is None else last - store.database.now(connection)
    if back is None or back < SET_BACK:
        return
    log.warning("the database's clock was set back", seconds=round(back.total_seconds()))
    with store.database.write() as connection:
        set_back.bring_forward(connection, store.database.now(connection))


def _claim(store: Store, one: Tick) -> bool:
    with store.database.write() as connection:
        return ticks.claim(connection, one.name, one.seconds, store.database.now(connection))


def run(store: Store) -> None:
    """Tick every half second until SIGINT or SIGTERM."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.wait(SECOND / 2):
        tick(store)
