"""Nudges: jobs that say only where to look. The database knows what there is to do.

Redis may lose any of them; healing finds the work. Jobs are named by dotted path, so that the web
process need not import them.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from redis import Redis
from rq import Queue, Worker

Priority = Literal["high", "medium", "low"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)

JOB_TIMEOUT = 600  # seconds
FAILURE_TTL = 24 * 3600  # seconds
# How long a nudge that got lost keeps further ones away, in seconds.
NUDGE_TTL = 30

_ROUTE_KEY = "orchestra:nudge:route"
_POLL_KEY = "orchestra:nudge:poll"


@dataclass(frozen=True)
class Nudges:
    """Enqueues jobs, at most one not yet started for each thing to look at.

    Every method raises redis.RedisError when Redis does not answer.
    """

    redis: Redis

    def nudge_epic(self, epic_id: int, priority: Priority = "medium") -> None:
        """Have a worker carry the epic on."""
        self._nudge(_epic_key(epic_id), priority, "jobs.work.carry_epic", epic_id)

    def nudge_router(self) -> None:
        """Have a worker route the stored deliveries."""
        self._nudge(_ROUTE_KEY, "high", "jobs.work.route_deliveries")

    def nudge_poller(self) -> None:
        """Have a worker ask about the agents that are due."""
        self._nudge(_POLL_KEY, "medium", "jobs.work.poll_agents")

    def nudge_taken(self, epic_id: int) -> None:
        """Let the next nudge through; called by the job before it looks at the epic."""
        self.redis.delete(_epic_key(epic_id))

    def router_nudge_taken(self) -> None:
        """Let the next nudge through; called by the job before it looks for deliveries."""
        self.redis.delete(_ROUTE_KEY)

    def poller_nudge_taken(self) -> None:
        """Let the next nudge through; called by the job before it looks for agents."""
        self.redis.delete(_POLL_KEY)

    def _nudge(self, key: str, priority: Priority, job: str, *arguments: int) -> None:
        # Not RQ's unique=True: it refuses also while the job runs, and for a year once it failed.
        if self.redis.set(key, 1, nx=True, ex=NUDGE_TTL):
            Queue(priority, connection=self.redis).enqueue_call(
                job, arguments, timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=FAILURE_TTL
            )


def queue_lengths(redis: Redis) -> dict[str, int]:
    """How many jobs wait in each queue; raises redis.RedisError."""
    return {name: Queue(name, connection=redis).count for name in PRIORITIES}


def count_workers(redis: Redis) -> int:
    """How many workers are alive, by their heartbeats; raises redis.RedisError."""
    return len(Worker.all(connection=redis))


def _epic_key(epic_id: int) -> str:
    return f"orchestra:nudge:{epic_id}"
