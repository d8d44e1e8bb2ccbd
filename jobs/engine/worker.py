"""The worker: RQ's SimpleWorker, its timers short, every job's modules loaded before it starts.

Jobs run in the worker's own process, so HTTP and database connections stay open between them.
"""

from redis import Redis
from rq import Queue, SimpleWorker

from jobs.engine.queue import QUEUES

# Seconds. RQ's defaults notice a dead worker's job after up to 17 minutes.
WORKER_TTL = 30
MAINTENANCE_INTERVAL = 30
MONITORING_INTERVAL = 10


def make(redis: Redis) -> SimpleWorker:
    """Return a worker on the three queues, in their order."""
    queues = [Queue(name, connection=redis) for name in QUEUES]
    return SimpleWorker(
        queues,
        connection=redis,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE_INTERVAL,
        job_monitoring_interval=MONITORING_INTERVAL,
        log_job_description=False,
    )
