"""`GET /health`: does what this process needs answer?

Each check runs on a thread of its own, now and then. Requests are answered from memory: however
many they are, no webhook waits for them.
"""

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

import structlog
from redis import Redis
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web.background import Periodic
from jobs.engine.clock import last_looked
from jobs.engine.queue import count_workers, queue_lengths
from jobs.provider_health import last_heard
from storage import faults, ticks
from storage.database import Database

PATIENCE = 5.0  # seconds
INTERVAL = 2.0  # seconds between two runs of a check
WRITTEN = "health"  # the tick that this process writes to see that it can

log = structlog.get_logger(__name__)


class Health(StrEnum):
    """From good to bad."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"


class Finding(NamedTuple):
    """What a check came to, in a word and in a sentence.

    `seconds` is how long the answer took where it was asked for earlier.
    """

    health: Health
    message: str
    seconds: float | None = None


Check = Callable[[], Finding]


class Watched:
    """One check, and what it last came to."""

    def __init__(self, name: str, check: Check) -> None:
        self.name = name
        self._check = check
        self._entry: dict[str, Any] | None = None
        self._began: float | None = None

    def refresh(self) -> None:
        """Run the check. The reason of a failure is logged."""
        began = self._began = time.monotonic()
        try:
            finding = self._check()
        except Exception as error:
            log.warning("health check fails", check=self.name, error=str(error))
            finding = Finding(Health.UNHEALTHY, "fails; the log says why")
        took = time.monotonic() - began if finding.seconds is None else finding.seconds
        self._entry = _entry(finding, took)
        self._began = None

    def entry(self) -> dict[str, Any]:
        """Return the check's entry, as it last was; `responseTime` is in milliseconds."""
        began = self._began
        waited = 0.0 if began is None else time.monotonic() - began
        if waited > PATIENCE:
            return _entry(Finding(Health.UNHEALTHY, f"no answer within {PATIENCE:g} s"), waited)
        return self._entry or _entry(Finding(Health.DEGRADED, "not asked yet"), waited)


class HealthWatch:
    """What the process needs, watched by threads."""

    def __init__(self, database: Database, redis: Redis) -> None:
        self.checks = (
            Watched("database", lambda: check_database(database)),
            Watched("queue", lambda: check_queue(redis)),
            Watched("cursor", lambda: check_cursor(redis)),
            Watched("clock", lambda: check_clock(database)),
            Watched("workers", lambda: check_workers(redis)),
        )
        self.threads = [
            Periodic(f"health-{one.name}", INTERVAL, one.refresh) for one in self.checks
        ]

    def routes(self) -> list[Route]:
        """Answer 503 when the database or the queue fails.

        Without workers, without a clock or without Cursor it is 200, degraded.
        """
        return [Route(path, self._show, methods=["GET"]) for path in ("/health", "/api/health")]

    async def _show(self, _request: Request) -> Response:
        entries = {one.name: one.entry() for one in self.checks}
        worst = max((one["status"] for one in entries.values()), key=list(Health).index)
        status = 503 if worst is Health.UNHEALTHY else 200
        return JSONResponse({"status": worst, "checks": entries}, status)


def check_database(database: Database) -> Finding:
    """Write into the database, which a full disk forbids, and ask what has been parked."""
    with database.write() as connection:
        ticks.claim(connection, WRITTEN, 0.0, database.now(connection))
        parked = faults.count_parked(connection)
    return Finding(Health.HEALTHY, f"answers, {parked} rows parked" if parked else "answers")


def check_queue(redis: Redis) -> Finding:
    """Ask Redis for the lengths of the queues."""
    lengths = queue_lengths(redis)
    return Finding(Health.HEALTHY, ", ".join(f"{name} {n}" for name, n in lengths.items()))


def check_cursor(redis: Redis) -> Finding:
    """Tell what the clock has last heard of Cursor: this process asks nobody, and has no key."""
    heard = last_heard(redis)
    if heard is None:
        return Finding(Health.DEGRADED, "not asked lately: is the clock running?")
    health = Health.HEALTHY if heard.answers else Health.DEGRADED
    return Finding(health, f"{heard.message}, asked at {heard.at:%H:%M} UTC", heard.seconds)


def check_clock(database: Database) -> Finding:
    """Tell when a clock last looked for what is due: without one, nothing is waked."""
    with database.read() as connection:
        last, stopped = last_looked(connection, database.now(connection))
    if stopped:
        at = f"at {last:%Y-%m-%d %H:%M:%S} UTC" if last else "never"
        return Finding(Health.DEGRADED, f"last looked {at}: is `orchestra clock` running?")
    return Finding(Health.HEALTHY, "runs")


def check_workers(redis: Redis) -> Finding:
    """Without workers everything is still taken in, and waits."""
    count = count_workers(redis)
    return Finding(Health.HEALTHY if count else Health.DEGRADED, f"{count} alive")


def _entry(finding: Finding, seconds: float) -> dict[str, Any]:
    return {
        "status": finding.health,
        "responseTime": round(seconds * 1000, 1),
        "message": finding.message,
    }
