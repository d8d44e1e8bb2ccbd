"""Poll the agents at work, many at a time: webhooks may get lost."""

import math
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import structlog

from bot.clients.agents.provider import AgentProvider, AgentReport, Prompt
from bot.clients.errors import (
    ClientError,
    PermanentError,
    RateLimited,
    TransientError,
    Unauthorized,
)
from bot.core.events import AgentGone, Event
from bot.core.model.agent_run import follow_up_marker
from bot.core.model.identifiers import AgentStatus, RunId
from bot.services import Services
from jobs.handlers.agents import reported
from storage import inbox, polling, throttles
from storage.polling import LostRun, PolledRun

# Seconds between two polls of one agent, where its webhooks reach us and where they do not.
WITH_WEBHOOK = 30.0
WITHOUT_WEBHOOK = 10.0
# An agent that seems unchanged in the list is fetched by itself this often.
MAX_SILENCE = timedelta(minutes=2)
PAGE = 100

log = structlog.get_logger(__name__)
News = tuple[Event, str]


def poll(services: Services) -> set[int]:
    """Poll every agent that is due; returns the epics that have news.

    One list page serves up to a hundred agents; those not on the pages are fetched one by one.
    When the provider does not answer, those not polled yet come first the next time.
    """
    provider = services.agents.of()
    interval = _interval(services, provider)
    with services.database.read() as connection:
        now = services.database.now(connection)
        due = polling.due_runs(connection, interval, now)
        once = provider.capabilities.launches_once
        lost = [] if once else polling.lost_runs(connection, interval, now)
        pages = math.ceil(polling.count_at_work(connection) / PAGE) + 1
        waiting = throttles.throttled_until(connection, ["cursor"], now)
    if not (due or lost) or waiting is not None:
        return set()
    polled: list[RunId] = []
    concerned: set[int] = set()
    runs: list[LostRun | PolledRun] = [*lost, *due]
    try:
        listed = _listed(provider, due, lost, pages)
        for run in runs:
            polled.append(run.run_id)
            if _poll_one(services, run, listed, now):
                concerned.add(run.epic_id)
    except RateLimited as error:
        _throttle(services, error)
    except TransientError:
        pass  # the log has been told once that it does not answer
    except ClientError as error:
        log.warning("could not poll agents", error=str(error))
    with services.database.write() as connection:
        polling.mark_seen(connection, polled, now)
    return concerned


def _poll_one(
    services: Services,
    run: LostRun | PolledRun,
    listed: Mapping[str, AgentReport],
    now: datetime,
) -> bool:
    """Store what is new of one agent; tell whether anything was. Raises ClientError.

    One whose report we fail on keeps no other from being asked about.
    """
    news = (
        _news_of_lost(run, listed.values())
        if isinstance(run, LostRun)
        else _news(services.agents.of(), run, listed.get(run.agent_id), now)
    )
    found = False
    try:
        for event, mark in news:
            _store(services, run, event, mark)
            found = True
    except ClientError:
        raise
    except Exception:
        log.exception("could not take in what was polled of an agent", run=run.run_id)
    return found


def _interval(services: Services, provider: AgentProvider) -> float:
    reachable = services.settings.webhooks_reachable and provider.capabilities.has_webhooks
    return WITH_WEBHOOK if reachable else WITHOUT_WEBHOOK


def _news(
    provider: AgentProvider, run: PolledRun, report: AgentReport | None, now: datetime
) -> Iterator[News]:
    """Yield what is new of one agent; `report` is its place in the list, if it was there."""
    lists_status = provider.capabilities.lists_status
    if report is not None and not _tells_news(run, report, now, lists_status=lists_status):
        return
    if report is None or not lists_status or _may_be_of_earlier_prompt(run, report):
        try:
            report = provider.status(_prompt(run))
        except Unauthorized:
            raise
        except PermanentError:
            # It is fetched by itself, again and again, before that is believed.
            yield AgentGone(run=run.run_id, certain=False), ""
            return
    if _tells_news(run, report, now, lists_status=lists_status):
        yield reported(run.run_id, run.prompt_index, report), report.mark


def _may_be_of_earlier_prompt(run: PolledRun, report: AgentReport) -> bool:
    """Before the agent turns to its latest prompt, a list shows the end of an earlier one."""
    return run.prompt_index > 1 and run.status is AgentStatus.CREATING and report.status.is_final


def _prompt(run: PolledRun) -> Prompt:
    return Prompt(
        agent_id=run.agent_id,
        index=run.prompt_index,
        ref=run.prompt_ref,
        marker=follow_up_marker(run.run_id, run.prompt_index),
        taken=run.status is AgentStatus.RUNNING,
    )


def _news_of_lost(run: LostRun, listed: Iterable[AgentReport]) -> Iterator[News]:
    for report in listed:
        if report.branch == run.branch:
            yield reported(run.run_id, 1, report), report.mark


def _listed(
    provider: AgentProvider, due: list[PolledRun], lost: list[LostRun], pages: int
) -> dict[str, AgentReport]:
    """Return agents by id, from at most `pages` pages; none where one fetch is enough."""
    found: dict[str, AgentReport] = {}
    cursor: str | None = None
    if not lost and len(due) < 2:
        return found
    for _ in range(pages):
        reports, cursor = provider.list_page(cursor)
        found |= {report.agent_id: report for report in reports}
        all_found = not lost and all(run.agent_id in found for run in due)
        if cursor is None or all_found:
            break
    return found


def _tells_news(run: PolledRun, report: AgentReport, now: datetime, *, lists_status: bool) -> bool:
    """Tell whether the report is to be used: it differs, the prompt has ended, or long silence.

    Where the list shows no status, silence is broken by fetching the agent.
    """
    if report.mark != run.seen_mark or report.status.is_final:
        return True
    silent = run.used_at is None or now - run.used_at >= MAX_SILENCE
    return silent and not lists_status


def _store(services: Services, run: LostRun | PolledRun, event: Event, mark: str) -> None:
    with services.database.write() as connection:
        now = services.database.now(connection)
        inbox.add(connection, run.epic_id, f"poll:{uuid.uuid4().hex}", event, now=now)
        polling.mark_used(connection, run.run_id, mark, now)


def _throttle(services: Services, error: RateLimited) -> None:
    with services.database.write() as connection:
        now = services.database.now(connection)
        throttles.throttle(connection, "cursor", error.retry_after, now)
