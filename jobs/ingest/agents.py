"""Ask Cursor about the agents at work, many at a time: webhooks may get lost."""

import math
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import structlog

from bot.clients.agents.cursor import AgentReport
from bot.clients.errors import ClientError, NotFound, RateLimited
from bot.core.events import AgentGone, Event
from bot.core.model.identifiers import RunId
from bot.services import Services
from jobs.handlers.agents import said
from storage import inbox, polling, throttles
from storage.polling import LostRun, PolledRun

# Seconds between two looks at one agent, where its webhooks reach us and where they do not.
WITH_WEBHOOK = 30.0
WITHOUT_WEBHOOK = 10.0
# An agent that seems unchanged in the list is asked about by itself this often.
MAX_SILENCE = timedelta(minutes=2)
PAGE = 100

log = structlog.get_logger(__name__)
News = tuple[Event, str]


def poll(services: Services) -> set[int]:
    """Ask about every agent that is due; returns the epics that have news.

    One list page serves up to a hundred agents; those not on the pages are asked for one by one.
    When Cursor does not answer, those not asked yet come first the next time.
    """
    interval = _interval(services)
    with services.database.read() as connection:
        now = services.database.now(connection)
        due = polling.due_runs(connection, interval, now)
        lost = [] if services.cursor.launches_once else polling.lost_runs(connection, interval, now)
        pages = math.ceil(polling.count_at_work(connection) / PAGE) + 1
        waiting = throttles.throttled_until(connection, "cursor", now)
    if not (due or lost) or waiting is not None:
        return set()
    asked: list[RunId] = []
    concerned: set[int] = set()
    runs: list[LostRun | PolledRun] = [*lost, *due]
    try:
        listed = _listed(services, due, lost, pages)
        for run in runs:
            asked.append(run.run_id)
            news = (
                _news_of_lost(services, run, listed.values())
                if isinstance(run, LostRun)
                else _news(services, run, listed.get(run.agent_id), now)
            )
            for event, mark in news:
                _store(services, run, event, mark)
                concerned.add(run.epic_id)
    except RateLimited as error:
        _throttle(services, error)
    except ClientError as error:
        log.warning("could not ask about agents", error=str(error))
    with services.database.write() as connection:
        polling.mark_seen(connection, asked, now)
    return concerned


def _interval(services: Services) -> float:
    reachable = services.settings.webhooks_reachable and services.cursor.has_webhooks
    return WITH_WEBHOOK if reachable else WITHOUT_WEBHOOK


def _news(
    services: Services, run: PolledRun, report: AgentReport | None, now: datetime
) -> Iterator[News]:
    """What is new of one agent; `report` is its place in the list, None when it was not there."""
    if report is not None and not _tells_news(services, run, report, now):
        return
    if report is None or not services.cursor.lists_runs:
        try:
            report = services.cursor.get(run.agent_id)
        except NotFound:
            yield AgentGone(run=run.run_id), ""
            return
    if _tells_news(services, run, report, now):
        yield said(run.run_id, report), _mark(services, report)


def _news_of_lost(
    services: Services, run: LostRun, listed: Iterable[AgentReport]
) -> Iterator[News]:
    for report in listed:
        if report.branch == run.branch:
            yield said(run.run_id, report), _mark(services, report)


def _listed(
    services: Services, due: list[PolledRun], lost: list[LostRun], pages: int
) -> dict[str, AgentReport]:
    """Agents by id, from at most `pages` pages of the list; none where one question is enough."""
    found: dict[str, AgentReport] = {}
    cursor: str | None = None
    if not lost and len(due) < 2:
        return found
    for _ in range(pages):
        reports, cursor = services.cursor.list_page(cursor)
        found |= {report.agent_id: report for report in reports}
        all_found = not lost and all(run.agent_id in found for run in due)
        if cursor is None or all_found:
            break
    return found


def _tells_news(services: Services, run: PolledRun, report: AgentReport, now: datetime) -> bool:
    """Whether the report is to be used: it differs, the turn is over, or it has long been silent.

    v1 lists agents without their runs' status, so silence there is broken by asking for the run.
    """
    if _mark(services, report) != run.seen_mark or report.status.is_final:
        return True
    silent = run.used_at is None or now - run.used_at >= MAX_SILENCE
    return silent and not services.cursor.lists_runs


def _mark(services: Services, report: AgentReport) -> str:
    """What differs whenever there is news; in a v1 list the status is not the run's."""
    if services.cursor.lists_runs:
        return f"{report.raw_status} {report.branch} {report.pull_request_url}"
    return f"{report.run_id} {report.updated_at}"


def _store(services: Services, run: LostRun | PolledRun, event: Event, mark: str) -> None:
    with services.database.write() as connection:
        now = services.database.now(connection)
        inbox.add(connection, run.epic_id, f"poll:{uuid.uuid4().hex}", event, now=now)
        polling.mark_used(connection, run.run_id, mark, now)


def _throttle(services: Services, error: RateLimited) -> None:
    with services.database.write() as connection:
        until = services.database.now(connection) + timedelta(seconds=error.retry_after)
        throttles.throttle(connection, "cursor", until)
