"""The epic's own log, as people read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.tables import log_events


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One line; `task` is the task's number where it is about one."""

    at: datetime
    task: int | None
    text: str


def add(
    connection: Connection,
    epic_id: int,
    lines: Iterable[tuple[int | None, str]],
    now: datetime,
    delivery: str | None,
) -> None:
    """Append lines of (task number, text)."""
    rows = [
        {"epic_id": epic_id, "at": now, "task_number": task, "delivery": delivery, "text": text}
        for task, text in lines
    ]
    if rows:
        connection.execute(insert(log_events), rows)


def last(connection: Connection, epic_id: int, count: int) -> tuple[LogLine, ...]:
    """The last `count` lines, oldest first."""
    rows = connection.execute(
        select(log_events.c.at, log_events.c.task_number, log_events.c.text)
        .where(log_events.c.epic_id == epic_id)
        .order_by(log_events.c.id.desc())
        .limit(count)
    ).all()
    return tuple(LogLine(at=row.at, task=row.task_number, text=row.text) for row in reversed(rows))
