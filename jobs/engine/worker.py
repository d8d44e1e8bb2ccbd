"""The worker: RQ's SimpleWorker, its timers short, every job's modules loaded before it starts.

Jobs run in the worker's own process, so HTTP and database connections stay open between them.
"""

import logging
from types import FrameType
from typing import Any

from redis import Redis, RedisError
from rq import Queue, SimpleWorker

from bot.outages import outages
from jobs.engine.queue import QUEUES

# Seconds. RQ's defaults notice a dead worker's job after up to 17 minutes.
WORKER_TTL = 30
MAINTENANCE_INTERVAL = 30
MONITORING_INTERVAL = 10


class Worker(SimpleWorker):
    """A worker that knows whether it ended because it was told to."""

    told_to_stop = False

    def request_stop(self, signum: Any, frame: FrameType | None) -> None:
        """Finish the job at hand, then end."""
        self.told_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def make(redis: Redis) -> Worker:
    """Return a worker on the three queues, in their order."""
    queues = [Queue(name, connection=redis) for name in QUEUES]
    return Worker(
        queues,
        connection=redis,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE_INTERVAL,
        job_monitoring_interval=MONITORING_INTERVAL,
        log_job_description=False,
    )


def quieten(record: logging.LogRecord) -> bool:
    """Filter RQ's lines: of a queue that does not answer it writes one at each try."""
    raised = record.exc_info[1] if record.exc_info else None
    told = record.args if isinstance(record.args, tuple) else ()
    errors = [one for one in (raised, *told) if isinstance(one, RedisError)]
    for error in errors:
        outages.failed("the queue", error)
    return not errors
