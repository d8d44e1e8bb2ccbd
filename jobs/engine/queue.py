"""Nudges: jobs that say only where to look. The database knows what there is to do.

Redis may lose any of them; healing finds the work. Jobs are named by dotted path, so that the web
process need not import them.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Literal, get_args

from redis import Redis, RedisError
from rq import Queue, Worker
from rq.exceptions import NoSuchJobError
from rq.registry import FailedJobRegistry

from bot.core.model.settings import Priority
from bot.outages import outages

QueueName = Literal["high", "medium", "low"]
QUEUES: tuple[QueueName, ...] = get_args(QueueName)
_FIRST_IN_LINE: QueueName = "high"

JOB_TIMEOUT = 600  # seconds
FAILURE_TTL = 24 * 3600  # seconds
# A job that failed is kept to be looked at; the database, not the queue, knows what to do again.
MAX_FAILED_JOBS = 100
# How long a nudge that got lost keeps further ones away, in seconds.
NUDGE_TTL = 30

_INGEST_KEY = "orchestra:nudge:route"
_POLL_KEY = "orchestra:nudge:poll"


@dataclass(frozen=True)
class Nudges:
    """Enqueues jobs, at most one not yet started for each thing to look at.

    Every method raises redis.RedisError when Redis does not answer.
    """

    redis: Redis

    def nudge_epic(self, epic_id: int, priority: Priority = Priority.BALANCED) -> None:
        """Have a worker carry the epic on."""
        queue = _FIRST_IN_LINE if priority is Priority.SPEED else "medium"
        self._nudge(_epic_key(epic_id), queue, "jobs.wiring.carry_epic", epic_id)

    def nudge_epics(self, priorities: Mapping[int, Priority]) -> None:
        """Have workers carry the epics on, each as urgently as its settings say."""
        for epic_id, priority in priorities.items():
            self.nudge_epic(epic_id, priority)

    def nudge_ingest(self) -> None:
        """Have a worker route the stored deliveries."""
        self._nudge(_INGEST_KEY, "high", "jobs.wiring.ingest_deliveries")

    def nudge_poll(self) -> None:
        """Have a worker ask about the agents that are due."""
        self._nudge(_POLL_KEY, "low", "jobs.wiring.poll_agents")

    def nudge_taken(self, epic_id: int) -> None:
        """Let the next nudge through; called by the job before it looks at the epic."""
        self._taken(_epic_key(epic_id))

    def ingest_nudge_taken(self) -> None:
        """Let the next nudge through; called by the job before it looks for deliveries."""
        self._taken(_INGEST_KEY)

    def poll_nudge_taken(self) -> None:
        """Let the next nudge through; called by the job before it looks for agents."""
        self._taken(_POLL_KEY)

    def _taken(self, key: str) -> None:
        with watching_queue():
            self.redis.delete(key)

    def _nudge(self, key: str, queue: QueueName, job: str, *arguments: int) -> None:
        # Not RQ's unique=True: it refuses also while the job runs, and for a year once it failed.
        with watching_queue():
            if self.redis.set(key, 1, nx=True, ex=NUDGE_TTL):
                Queue(queue, connection=self.redis).enqueue_call(
                    job, arguments, timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=FAILURE_TTL
                )


def watching_queue() -> AbstractContextManager[None]:
    """Have the log told once of a queue that does not answer, and once of its return."""
    return outages.watching("the queue", RedisError)


def describe(redis: Redis) -> str:
    """Name the server and its address, without a password; raises redis.RedisError."""
    with watching_queue():
        facts: Mapping[str, str] = redis.info("server")
    names = {"valkey": "Valkey", "redis": "Redis"}
    server = facts.get("server_name", "redis")
    version = facts.get(f"{server}_version") or facts["redis_version"]
    at = redis.connection_pool.connection_kwargs
    address = at.get("path") or f"{at.get('host', 'localhost')}:{at.get('port', 6379)}"
    return f"{names.get(server, server)} {version} at {address}"


def queue_lengths(redis: Redis) -> dict[str, int]:
    """How many jobs wait in each queue; raises redis.RedisError."""
    return {name: Queue(name, connection=redis).count for name in QUEUES}


def trim_failed_jobs(redis: Redis) -> int:
    """Delete the oldest failed jobs of each queue; returns how many. Raises redis.RedisError."""
    deleted = 0
    for name in QUEUES:
        registry = FailedJobRegistry(name, connection=redis)
        too_many = registry.get_job_ids(0, -MAX_FAILED_JOBS - 1)
        for job_id in too_many:
            # What the job was may be gone before its name is.
            with suppress(NoSuchJobError):
                registry.remove(job_id, delete_job=True)
        deleted += len(too_many)
    return deleted


def count_workers(redis: Redis) -> int:
    """How many workers are alive, by their heartbeats; raises redis.RedisError."""
    return len(Worker.all(connection=redis))


def _epic_key(epic_id: int) -> str:
    return f"orchestra:nudge:{epic_id}"
