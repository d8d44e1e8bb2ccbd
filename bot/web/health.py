"""`GET /health`: does what this process needs answer?"""

import asyncio
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

import structlog
from redis import Redis
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jobs.engine.queue import count_workers, queue_lengths
from storage import faults
from storage.database import Database

PATIENCE = 5.0  # seconds

log = structlog.get_logger(__name__)


class Health(StrEnum):
    """From good to bad."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"


class Finding(NamedTuple):
    """What a check came to, in a word and in a sentence."""

    health: Health
    message: str


Check = Callable[[], Finding]


def health_routes(database: Database, redis: Redis) -> list[Route]:
    """Answer 503 when the database or the queue fails; without workers it is 200, degraded."""
    checks: dict[str, Check] = {
        "database": lambda: check_database(database),
        "queue": lambda: check_queue(redis),
        "workers": lambda: check_workers(redis),
    }

    async def show(_request: Request) -> Response:
        answers = await asyncio.gather(*(_run(name, check) for name, check in checks.items()))
        worst = max((one["status"] for one in answers), key=list(Health).index)
        body = {"status": worst, "checks": dict(zip(checks, answers, strict=True))}
        return JSONResponse(body, 503 if worst is Health.UNHEALTHY else 200)

    return [Route(path, show, methods=["GET"]) for path in ("/health", "/api/health")]


def check_database(database: Database) -> Finding:
    """Ask the database what has been parked: the log says why."""
    with database.read() as connection:
        parked = faults.count_parked(connection)
    return Finding(Health.HEALTHY, f"answers, {parked} rows parked" if parked else "answers")


def check_queue(redis: Redis) -> Finding:
    """Ask Redis for the lengths of the queues."""
    lengths = queue_lengths(redis)
    return Finding(Health.HEALTHY, ", ".join(f"{name} {n}" for name, n in lengths.items()))


def check_workers(redis: Redis) -> Finding:
    """Without workers everything is still taken in, and waits."""
    count = count_workers(redis)
    return Finding(Health.HEALTHY if count else Health.DEGRADED, f"{count} alive")


async def _run(name: str, check: Check) -> dict[str, Any]:
    """The check's entry; `responseTime` is in milliseconds. The reason of a failure is logged."""
    began = time.perf_counter()
    try:
        finding = await asyncio.wait_for(run_in_threadpool(check), PATIENCE)
    except TimeoutError:
        finding = Finding(Health.UNHEALTHY, f"no answer within {PATIENCE:g} s")
    except Exception as error:
        log.warning("health check fails", check=name, error=str(error))
        finding = Finding(Health.UNHEALTHY, "fails; the log says why")
    return {
        "status": finding.health,
        "responseTime": round((time.perf_counter() - began) * 1000, 1),
        "message": finding.message,
    }
