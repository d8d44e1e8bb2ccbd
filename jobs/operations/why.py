"""`orchestra why OWNER/REPO#N`: why an epic stands still, and what would move it."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from redis import RedisError

from bot.core.model.epic import Epic
from bot.core.model.identifiers import RepositoryName
from bot.rendering.epic_view import EpicView, epic_view
from bot.rendering.escape import ZERO_WIDTH
from bot.rendering.log_lines import log_line
from bot.rendering.next_line import needs, next_line
from bot.rendering.ways import way_lines
from bot.store import Store
from jobs.engine.clock import last_looked
from jobs.engine.queue import count_workers
from storage import epics, log_events, standstill
from storage.database import Connection
from storage.faults import Unreadable
from storage.standstill import Unfinished

_ADDRESS = re.compile(
    r"(?:https?://[^/\s]+/)?([^/\s#]+/[^/\s#]+?)(?:#|/issues/)(\d{1,18})(?:[/?#]\S*)?"
)
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^)\s]{1,2000}\)")
_ESCAPED = re.compile(r"\\([^\w\s])")
_LOG_LINES = 10


class UnknownEpicError(Exception):
    """No epic is known under that address; the message says what to do."""


def explain(store: Store, address: str) -> str:
    """Return the explanation as lines of plain text; raises UnknownEpicError."""
    repository, issue = parse(address)
    with store.database.read() as connection:
        now = store.database.now(connection)
        epic_id = standstill.find_epic(connection, repository, issue)
        if epic_id is None:
            raise UnknownEpicError(
                f"{repository}#{issue} is no epic here: was the label put on while the App was"
                " installed, and does this command use the bot's own DATABASE_URL?"
            )
        parts = [
            *_standing(connection, epic_id, now),
            *_rows("Not decided on yet", standstill.undecided(connection, epic_id), now),
            *_rows("Not done yet", standstill.unperformed(connection, epic_id), now),
            *_limits(connection, now),
            *_processes(connection, now),
        ]
    return "\n".join([*parts, *_workers(store)])


def parse(address: str) -> tuple[RepositoryName, int]:
    """Read `owner/repo#3` or the issue's web address; raises UnknownEpicError."""
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        raise UnknownEpicError(f"“{address}” names no issue: write it as owner/repo#3")
    return RepositoryName.parse(found[1]), int(found[2])


def _standing(connection: Connection, epic_id: int, now: datetime) -> Iterator[str]:
    try:
        epic = epics.load(connection, epic_id)
        log = log_events.last(connection, epic_id, _LOG_LINES)
    except (Unreadable, ValueError) as error:
        cause = error.__cause__ or error
        yield f"The epic's row {epic_id} cannot be read: {type(cause).__name__}."
        yield "Nothing is done for it. Its first lines in the log say what is wrong."
        return
    if epic is not None:
        view = epic_view(epic, now, log)
        yield f"{epic.repository}#{epic.issue_number} is {epic.status}, base {view.base_branch}"
        yield from _tasks(epic)
        yield from _reasons(view)
        yield from _section(
            "Its last log lines", (f"{_time(one.at, now)}  {log_line(one.notice)}" for one in log)
        )


def _tasks(epic: Epic) -> Iterator[str]:
    lines: list[str] = []
    for task in epic.tasks:
        request = f"  #{task.pull_request_number}" if task.pull_request_number else ""
        wait = f"  waits for {task.wait.kind}" if task.wait else ""
        failure = f"  failed: {task.failure.kind}" if task.failure else ""
        lines.append(f"{task.number}  {task.status}{request}{wait}{failure}")
    yield from _section("Tasks", lines)


def _reasons(view: EpicView) -> Iterator[str]:
    found = needs(view)
    happens = next_line(view)
    if happens:
        yield from _section("By itself", [_plain(happens)])
    for need in found:
        lines = [_plain(need.text), *_plain(way_lines(need.ways)).splitlines()]
        yield from _section("A person is needed", lines)
    if not (found or happens):
        yield from _section("By itself", ["Nothing more happens: comment `/orchestra help`."])


def _rows(title: str, rows: list[Unfinished], now: datetime) -> Iterator[str]:
    yield from _section(title, (_row(row, now) for row in rows))


def _row(row: Unfinished, now: datetime) -> str:
    whose = f" of task {row.task}" if row.task is not None else ""
    text = f"{row.kind}{whose} (row {row.id}, since {_time(row.since, now)}): "
    fault = f"; our own fault, {row.faults} times: {row.error}" if row.faults else ""
    if row.parked_at:
        return f"{text}put aside at {_time(row.parked_at, now)}{fault}"
    due = (
        f"{row.state}, due now"
        if row.not_before <= now
        else f"{row.state} until {_time(row.not_before, now)}"
    )
    tries = f", tried {row.tries} times" if row.tries else ""
    return f"{text}{due}{tries}{fault}"


def _limits(connection: Connection, now: datetime) -> Iterator[str]:
    limits = standstill.limits(connection, now)
    lines = (f"{name} until {_time(until, now)}" for name, until in limits)
    yield from _section("Services that are left alone", lines)


def _processes(connection: Connection, now: datetime) -> Iterator[str]:
    last, stopped = last_looked(connection, now)
    found = "never" if last is None else _time(last, now)
    remedy = ": is `orchestra clock` running?" if stopped else ""
    waiting = standstill.count_deliveries_waiting(connection)
    lines = [f"The clock last looked for work at {found}{remedy}"]
    if waiting:
        lines.append(f"{waiting} webhooks have not been looked at yet")
    yield from _section("Processes", lines)


def _workers(store: Store) -> Iterator[str]:
    try:
        count = count_workers(store.redis)
    except RedisError:
        yield "  The queue does not answer: is REDIS_URL right, and is its server running?"
        return
    yield f"  {count} workers are alive{'' if count else ': start `orchestra worker`'}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    shown = [f"  {line}" for line in lines]
    if shown:
        yield from ["", title, *shown]


def _plain(markdown: str) -> str:
    """Take off what only a page needs: addresses, escapes, and what keeps names from notifying."""
    text = _ESCAPED.sub(r"\1", _LINK.sub(r"\1", markdown))
    return text.replace("**", "").replace(ZERO_WIDTH, "")


def _time(at: datetime, now: datetime) -> str:
    return f"{at:%H:%M:%S} UTC" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M:%S} UTC"
