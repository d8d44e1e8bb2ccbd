"""The jobs: what a nudge makes a worker do."""

from collections.abc import Collection

from bot.core.effects import Urgency
from bot.logs import about
from bot.services import Services
from jobs.engine.advance import advance
from jobs.engine.executor import execute_next
from jobs.engine.queue import Nudges
from jobs.engine.worker import make
from jobs.enrich import enrich_next
from jobs.ingest import ingest_batch
from jobs.ingest.agents import poll
from storage.due import due_for, priorities

_services: Services | None = None


def use(services: Services | None) -> None:
    """Give the jobs of this process what they work with; RQ calls them by name alone."""
    global _services  # noqa: PLW0603
    _services = services


def _in_use() -> Services:
    if _services is None:
        raise RuntimeError("no services: jobs run in `orchestra worker`")
    return _services


def ingest_deliveries() -> None:
    """Route what GitHub sent, and nudge the epics concerned."""
    services = _in_use()
    nudges = Nudges(services.redis)
    nudges.ingest_nudge_taken()
    more = True
    while more:
        concerned, more = ingest_batch(services)
        _nudge(services, nudges, concerned)


def _nudge(services: Services, nudges: Nudges, epic_ids: Collection[int]) -> None:
    if not epic_ids:
        return
    with services.database.read() as connection:
        nudges.nudge_epics(priorities(connection, epic_ids))


def carry_epic(epic_id: int) -> None:
    """Carry an epic as far as it goes now: decide, then do the most urgent thing, and again."""
    services = _in_use()
    Nudges(services.redis).nudge_taken(epic_id)
    with about(epic=epic_id):
        while _step(services, epic_id):
            pass


def _step(services: Services, epic_id: int) -> bool:
    """One step of what is most pressing; reporting comes after everything else."""
    with services.database.read() as connection:
        now = services.database.now(connection)
        due = due_for(connection, epic_id, now)
    if due.must_decide:
        return advance(services, epic_id)
    if due.urgency is not None and due.urgency <= Urgency.ANSWER:
        return execute_next(services, epic_id, Urgency.ANSWER)
    if due.must_enrich:
        return enrich_next(services, epic_id)
    return due.urgency is not None and execute_next(services, epic_id, Urgency.REPORT)


def poll_agents() -> None:
    """Ask Cursor about the agents at work."""
    services = _in_use()
    nudges = Nudges(services.redis)
    nudges.poll_nudge_taken()
    _nudge(services, nudges, poll(services))


def run_worker(services: Services) -> None:
    """Work until SIGINT or SIGTERM; the job at hand is finished first."""
    use(services)
    make(services.redis).work(logging_level="WARNING")
