"""The worker: RQ's SimpleWorker, its timers short, every job's modules loaded before it starts.

Jobs run in the worker's own process, so HTTP and database connections stay open between them.
"""

from rq import Queue, SimpleWorker

from bot.services import Services
from jobs import work
from jobs.queue import QUEUES

# Seconds. RQ's defaults notice a dead worker's job after up to 17 minutes.
WORKER_TTL = 30
MAINTENANCE_INTERVAL = 30
MONITORING_INTERVAL = 10


def make(services: Services) -> SimpleWorker:
    """A worker on the three queues, in their order, with `services` for its jobs."""
    work.use(services)
    queues = [Queue(name, connection=services.redis) for name in QUEUES]
    return SimpleWorker(
        queues,
        connection=services.redis,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE_INTERVAL,
        job_monitoring_interval=MONITORING_INTERVAL,
        log_job_description=False,
    )


def run(services: Services) -> None:
    """Work until SIGINT or SIGTERM; the job at hand is finished first."""
    make(services).work(logging_level="WARNING")
