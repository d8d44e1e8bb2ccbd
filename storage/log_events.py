"""The epic's own log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, and_, insert, select, type_coerce

from bot.core.model.notices import Notice
from storage.columns import adapter
from storage.tables import log_events

_INSERT = insert(log_events)
_NOTICE = type_coerce(log_events.c.notice, Text).label("notice")


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One line; `task` is the task's number where it is about one."""

    at: datetime
    task: int | None
    notice: Notice


def add(
    connection: Connection,
    epic_id: int,
    lines: Iterable[tuple[int | None, Notice]],
    now: datetime,
    delivery: str | None,
) -> None:
    """Append lines of (task number, notice)."""
    rows = [
        {"epic_id": epic_id, "at": now, "task_number": task, "delivery": delivery, "notice": notice}
        for task, notice in lines
    ]
    if rows:
        connection.execute(_INSERT, rows)


def last(
    connection: Connection, epic_id: int, count: int, *, task: int | None = None
) -> tuple[LogLine, ...]:
    """Return the last `count` lines, those about `task` alone if it is given, oldest first.

    A line that no longer validates is left out.
    """
    ours = log_events.c.epic_id == epic_id
    rows = connection.execute(
        select(log_events.c.at, log_events.c.task_number, _NOTICE)
        .where(ours if task is None else and_(ours, log_events.c.task_number == task))
        .order_by(log_events.c.id.desc())
        .limit(count)
    ).all()
    lines = (_line(row) for row in reversed(rows))
    return tuple(line for line in lines if line is not None)


def _line(row: Any) -> LogLine | None:
    try:
        notice = adapter(Notice).validate_json(row.notice)
    except ValueError:
        return None
    return LogLine(at=row.at, task=row.task_number, notice=notice)
