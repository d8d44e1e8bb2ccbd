"""Ask Cursor about the agents at work, many at a time: webhooks may get lost."""

import math
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from bot.clients.cursor import AgentReport
from bot.clients.errors import ClientError, NotFound, RateLimited
from bot.core.events import AgentGone, Event
from bot.services import Services
from jobs.perform.agents import said
from storage import inbox, polling, throttles
from storage.polling import PolledRun

# Seconds between two looks at one agent, where its webhooks reach us and where they do not.
WITH_WEBHOOK = 30.0
WITHOUT_WEBHOOK = 10.0
# An agent that seems unchanged in the list is asked about by itself this often.
LONGEST_SILENCE = timedelta(minutes=2)
PAGE = 100

log = structlog.get_logger(__name__)


def poll(services: Services) -> set[int]:
    """Ask about every agent that is due; returns the epics that have news.

    One list page serves up to a hundred agents; those not on the pages are asked for one by one.
    """
    with services.database.read() as connection:
        now = services.database.now(connection)
        due = polling.due_runs(connection, _interval(services), now)
        at_work = polling.count_at_work(connection)
        waiting = throttles.throttled_until(connection, "cursor", now)
    if not due or waiting is not None:
        return set()
    concerned: set[int] = set()
    try:
        for run, event, mark in _news(services, due, at_work, now):
            _store(services, run, event, mark)
            concerned.add(run.epic_id)
    except RateLimited as error:
        _throttle(services, error)
    except ClientError as error:
        log.warning("could not ask about agents", error=str(error))
    with services.database.write() as connection:
        polling.mark_seen(connection, [run.run_id for run in due], now)
    return concerned


def _interval(services: Services) -> float:
    reachable = services.settings.webhooks_reachable and services.cursor.has_webhooks
    return WITH_WEBHOOK if reachable else WITHOUT_WEBHOOK


def _news(
    services: Services, due: list[PolledRun], at_work: int, now: datetime
) -> Iterator[tuple[PolledRun, Event, str]]:
    listed = _listed(services, {run.agent_id for run in due}, at_work) if len(due) > 1 else {}
    for run in due:
        report = listed.get(run.agent_id)
        if report is not None and not _tells_news(services, run, report, now):
            continue
        if report is None or not services.cursor.lists_runs:
            try:
                report = services.cursor.get(run.agent_id)
            except NotFound:
                yield run, AgentGone(run=run.run_id), ""
                continue
        if _tells_news(services, run, report, now):
            yield run, said(run.run_id, report), _mark(services, report)


def _listed(services: Services, sought: set[str], at_work: int) -> dict[str, AgentReport]:
    found: dict[str, AgentReport] = {}
    cursor: str | None = None
    for _ in range(math.ceil(at_work / PAGE) + 1):
        reports, cursor = services.cursor.list_page(cursor)
        found |= {report.agent_id: report for report in reports if report.agent_id in sought}
        if cursor is None or len(found) == len(sought):
            break
    return found


def _tells_news(services: Services, run: PolledRun, report: AgentReport, now: datetime) -> bool:
    """Whether the report is to be used: it differs, the turn is over, or it has long been silent.

    v1 lists agents without their runs' status, so silence there is broken by asking for the run.
    """
    if _mark(services, report) != run.seen_mark or report.status.is_final:
        return True
    silent = run.used_at is None or now - run.used_at >= LONGEST_SILENCE
    return silent and not services.cursor.lists_runs


def _mark(services: Services, report: AgentReport) -> str:
    """What differs whenever there is news; in a v1 list the status is not the run's."""
    if services.cursor.lists_runs:
        return f"{report.raw_status} {report.branch} {report.pull_request_url}"
    return f"{report.run_id} {report.updated_at}"


def _store(services: Services, run: PolledRun, event: Event, mark: str) -> None:
    with services.database.write() as connection:
        now = services.database.now(connection)
        inbox.add(connection, run.epic_id, f"poll:{uuid.uuid4().hex}", event, now=now)
        polling.mark_used(connection, run.run_id, mark, now)


def _throttle(services: Services, error: RateLimited) -> None:
    with services.database.write() as connection:
        until = services.database.now(connection) + timedelta(seconds=error.retry_after)
        throttles.throttle(connection, "cursor", until)
