"""The jobs: what a nudge makes a worker do."""

import logging
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import wraps
from typing import ParamSpec

from redis import RedisError

from bot.outages import outages
from bot.services import Services
from jobs.engine.carry import carry
from jobs.engine.interfaces import Engine
from jobs.engine.queue import Nudges
from jobs.engine.worker import make, quieten
from jobs.enrich.row import RowEnricher
from jobs.handlers.registry import Registry
from jobs.ingest import ingest_batch
from jobs.ingest.agents import poll
from storage.database import DatabaseAwayError
from storage.due import priorities

NEXT_WORKER = 1.0  # seconds after one has ended unasked

Arguments = ParamSpec("Arguments")

_services: Services | None = None


def use(services: Services | None) -> None:
    """Give the jobs of this process what they work with; RQ calls them by name alone."""
    global _services  # noqa: PLW0603
    _services = services


def _in_use() -> Services:
    if _services is None:
        raise RuntimeError("no services: jobs run in `orchestra worker`")
    return _services


def _job(work: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """Leave to the next nudge what a database or a queue that is away has interrupted."""

    @wraps(work)
    def job(*arguments: Arguments.args, **options: Arguments.kwargs) -> None:
        with suppress(DatabaseAwayError, RedisError):
            work(*arguments, **options)

    return job


@_job
def ingest_deliveries() -> None:
    """Give what GitHub sent to its epics; carry a single one on, have several carried on."""
    services = _in_use()
    nudges = Nudges(services.redis)
    nudges.ingest_nudge_taken()
    concerned: set[int] = set()
    more = True
    while more:
        found, more = ingest_batch(services)
        concerned |= found
    if len(concerned) == 1:
        _carry(services, *concerned)
    else:
        _nudge(services, nudges, concerned)


def _nudge(services: Services, nudges: Nudges, epic_ids: Collection[int]) -> None:
    if not epic_ids:
        return
    with services.database.read() as connection:
        nudges.nudge_epics(priorities(connection, epic_ids))


@_job
def carry_epic(epic_id: int) -> None:
    """Carry an epic as far as it goes now."""
    services = _in_use()
    Nudges(services.redis).nudge_taken(epic_id)
    _carry(services, epic_id)


def _carry(services: Services, epic_id: int) -> None:
    carry(engine_of(services), epic_id)


def engine_of(services: Services) -> Engine:
    """Make the engine with everything that it needs of the outside."""
    return Engine(
        database=services.database,
        handlers=Registry(services),
        enricher=RowEnricher(services),
        terms=services.terms,
    )


@_job
def poll_agents() -> None:
    """Ask Cursor about the agents at work."""
    services = _in_use()
    nudges = Nudges(services.redis)
    nudges.poll_nudge_taken()
    _nudge(services, nudges, poll(services))


def run_worker(services: Services) -> None:
    """Work until SIGINT or SIGTERM; the job at hand is finished first.

    RQ's worker ends when the queue is away for long: then another takes its place.
    """
    use(services)
    logging.getLogger("rq.worker").addFilter(quieten)
    while True:
        worker = make(services.redis)
        try:
            worker.work(logging_level="WARNING")
        except RedisError as error:
            outages.failed("the queue", error)
        if worker.told_to_stop:
            return
        time.sleep(NEXT_WORKER)
