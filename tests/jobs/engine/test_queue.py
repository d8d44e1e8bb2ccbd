import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job
from rq.registry import FailedJobRegistry

from bot.core.model.settings import Priority
from bot.store import Store
from jobs.engine import clock, worker
from jobs.engine.queue import (
    FAILURE_TTL,
    MAX_FAILED_JOBS,
    NUDGE_TTL,
    QUEUES,
    Nudges,
    queue_lengths,
    trim_failed_jobs,
)
from jobs.local.valkey import EmbeddedValkey
from storage.database import Database
from tests.databases import sqlite_only


@pytest.fixture(scope="module")
def valkey() -> Iterator[Redis]:
    with (
        tempfile.TemporaryDirectory(prefix="v-") as directory,
        EmbeddedValkey(Path(directory)) as server,
        server.client() as client,
    ):
        yield client


@pytest.fixture
def redis(valkey: Redis) -> Redis:
    valkey.flushall()
    return valkey


def jobs(redis: Redis, queue: str) -> list[Job]:
    return Queue(queue, connection=redis).jobs


@pytest.mark.parametrize(
    ("priority", "queue"),
    [
        (Priority.SPEED, "high"),
        (Priority.BALANCED, "medium"),
        (Priority.QUALITY, "medium"),
    ],
)
def test_an_epics_nudge_names_the_job_in_the_queue_of_its_priority(
    redis: Redis, priority: Priority, queue: str
) -> None:
    Nudges(redis).nudge_epic(7, priority)

    assert sum(queue_lengths(redis).values()) == 1
    (job,) = jobs(redis, queue)
    assert callable(job.func)
    assert (job.func_name, job.args) == ("jobs.wiring.carry_epic", (7,))
    assert (job.timeout, job.result_ttl, job.failure_ttl) == (600, 0, FAILURE_TTL)


def nudge_all(nudges: Nudges, *epic_ids: int) -> None:
    for epic_id in epic_ids:
        nudges.nudge_epic(epic_id)
    nudges.nudge_ingest()
    nudges.nudge_poll()


def test_routing_and_polling_have_jobs_of_their_own(redis: Redis) -> None:
    nudge_all(Nudges(redis))

    assert all(callable(job.func) for queue in QUEUES for job in jobs(redis, queue))
    named = {queue: [job.func_name for job in jobs(redis, queue)] for queue in QUEUES}
    assert named == {
        "high": ["jobs.wiring.ingest_deliveries"],
        "medium": [],
        "low": ["jobs.wiring.poll_agents"],
    }


def test_nudges_not_yet_taken_are_one_for_each_thing(redis: Redis) -> None:
    nudges = Nudges(redis)
    nudge_all(nudges, 1, 2, 1, 1)
    nudge_all(nudges, 2)
    assert queue_lengths(redis) == {"high": 1, "medium": 2, "low": 1}

    nudges.nudge_taken(1)
    nudges.ingest_nudge_taken()
    nudges.poll_nudge_taken()
    nudge_all(nudges, 1, 2)
    assert queue_lengths(redis) == {"high": 2, "medium": 3, "low": 2}


def test_a_lost_nudge_keeps_others_away_for_a_while_only(redis: Redis) -> None:
    Nudges(redis).nudge_epic(1)

    assert 0 < redis.ttl("orchestra:nudge:1") <= NUDGE_TTL


def test_failed_jobs_are_bounded_and_the_newest_stay(redis: Redis) -> None:
    queue = Queue("low", connection=redis)
    failed = [queue.enqueue("jobs.nowhere.to_be_found", failure_ttl=900) for _ in range(3)]
    worker.make(redis).work(burst=True, logging_level="CRITICAL")
    registry = FailedJobRegistry("low", connection=redis)
    assert set(registry.get_job_ids()) == {job.id for job in failed}
    registry.connection.zadd(registry.key, {f"job-{n}": 2**40 + n for n in range(MAX_FAILED_JOBS)})

    assert trim_failed_jobs(redis) == len(failed)
    assert registry.get_job_ids() == [f"job-{n}" for n in range(MAX_FAILED_JOBS)]
    assert not any(redis.exists(job.key) for job in failed)
    assert trim_failed_jobs(redis) == 0


@sqlite_only
def test_the_clock_has_them_trimmed(redis: Redis, database: Database) -> None:
    """Also those of which nothing but the name is left."""
    registry = FailedJobRegistry("low", connection=redis)
    redis.zadd(registry.key, {f"job-{n}": 2**40 + n for n in range(MAX_FAILED_JOBS + 5)})
    clock.tick(Store(database=database, redis=redis))
    assert len(registry.get_job_ids()) == MAX_FAILED_JOBS
