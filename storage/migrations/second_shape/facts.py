"""Rewrite the stored facts of epics and tasks, and the epics' logs."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, DateTime, bindparam, column, select, table, update

from storage.migrations.second_shape import odd_rows, reasons, waits
from storage.migrations.second_shape.pages import pages

_WHEN = DateTime(timezone=True)
_REPOSITORIES = table(
    "repositories",
    *map(column, ("id", "default_branch", "settings_mistakes", "settings_etag")),
)
_EPICS = table(
    "epics",
    *map(column, ("id", "repository_id", "status", "base_branch", "settings")),
    *map(column, ("mistakes", "settings_mistakes", "old_base_red", "base_red")),
    *map(column, ("old_unreachable", "unreachable", "pause_cause", "pause")),
    column("due_at", _WHEN),
)
_TASKS = table(
    "tasks",
    *map(column, ("epic_id", "number", "status", "retries_used", "failure", "wait")),
    *map(column, ("fixes", "pull_request")),
    column("retry_at", _WHEN),
    column("due_at", _WHEN),
)
_LOG = table("log_events", *map(column, ("id", "notice")))
_UNDER_WAY = ("PROCESSING", "PR_OPEN", "MERGING")


def rewrite(connection: Connection) -> None:
    """Rewrite every row; the columns have their new names, but still hold sentences."""
    epics = {row.id: row for row in connection.execute(_epics())}
    tasks = list(connection.execute(select(_TASKS)))
    done, odd_tasks = odd_rows.converted(
        "tasks",
        tasks,
        lambda row: _task(epics[row.epic_id], row),
        key=lambda row: (row.epic_id, row.number),
    )
    _store_tasks(connection, done)
    waiting = {one["epic"] for one in done if one["due"] == reasons.AT_ONCE}
    done, odd_epics = odd_rows.converted(
        "epics", epics.values(), lambda row: _epic(row, is_due=row.id in waiting)
    )
    _store_epics(connection, done)
    odd_rows.hold(connection, {*odd_epics, *(epic for epic, _ in odd_tasks)})
    _store_repositories(connection)
    _store_log(connection)


def _epics() -> Any:
    repository = _REPOSITORIES.c.id == _EPICS.c.repository_id
    return select(_EPICS, _REPOSITORIES.c.default_branch).join(_REPOSITORIES, repository)


def _task(epic: Any, row: Any) -> dict[str, Any]:
    failure = row.failure and reasons.failure(row.failure)
    wait = row.wait and waits.wait(row.wait, _retry(epic, row, failure))
    # A scheduled retry comes by itself; everything else is fetched at once.
    is_due = wait and row.status in _UNDER_WAY and epic.status == "ACTIVE" and not row.retry_at
    return {
        "epic": row.epic_id,
        "row": row.number,
        "failure": failure and json.dumps(failure),
        "wait": wait and json.dumps(wait),
        "due": reasons.AT_ONCE if is_due else row.due_at,
        "fixes": json.dumps(reasons.fixes(json.loads(row.fixes))),
        "pull_request": row.pull_request
        and json.dumps(reasons.pull_request(json.loads(row.pull_request))),
    }


def _retry(epic: Any, row: Any, failure: dict[str, Any] | None) -> dict[str, Any]:
    at: datetime | None = row.retry_at
    if at is None or failure is None:
        return {}
    return {
        "retry": row.retries_used,
        "retries": json.loads(epic.settings).get("retries"),
        # SQLite knows no time zones; all our times are UTC.
        "until": at.replace(tzinfo=at.tzinfo or UTC).isoformat(),
        "failure": failure,
    }


def _store_tasks(connection: Connection, rows: list[dict[str, Any]]) -> None:
    this = (_TASKS.c.epic_id == bindparam("epic")) & (_TASKS.c.number == bindparam("row"))
    changed = ("failure", "wait", "fixes", "pull_request")
    values: dict[str, Any] = {name: bindparam(name) for name in changed}
    _run(connection, update(_TASKS).where(this).values(**values, due_at=bindparam("due")), rows)


def _epic(row: Any, *, is_due: bool) -> dict[str, Any]:
    by_failure = row.pause_cause == "failure"
    return {
        "row": row.id,
        "mistakes": _each(reasons.checklist_mistake, row.mistakes),
        "settings_mistakes": _each(reasons.legacy, row.settings_mistakes),
        "base_red": json.dumps(reasons.names(row.old_base_red)),
        "unreachable": row.old_unreachable and reasons.interruption(row.old_unreachable),
        "pause": row.pause and json.dumps(reasons.pause(row.pause, by_failure=by_failure)),
        "due": reasons.AT_ONCE if is_due else row.due_at,
    }


def _store_epics(connection: Connection, rows: list[dict[str, Any]]) -> None:
    changed = ("mistakes", "settings_mistakes", "base_red", "unreachable", "pause")
    values: dict[str, Any] = {name: bindparam(name) for name in changed}
    this = _EPICS.c.id == bindparam("row")
    statement = update(_EPICS).where(this).values(**values, due_at=bindparam("due"))
    _run(connection, statement, rows)


def _store_repositories(connection: Connection) -> None:
    """Forget the tag of settings with mistakes, so that they are read again."""
    rows = connection.execute(select(_REPOSITORIES))
    with_mistakes = [row for row in rows if row.settings_mistakes not in (None, "", "[]")]
    done, odd = odd_rows.converted("repositories", with_mistakes, _mistakes)
    done += [{"row": one, "settings_mistakes": None, "settings_etag": None} for one in odd]
    this = _REPOSITORIES.c.id == bindparam("row")
    _run(connection, update(_REPOSITORIES).where(this), done)


def _mistakes(row: Any) -> dict[str, Any]:
    told = _each(reasons.legacy, row.settings_mistakes)
    return {"row": row.id, "settings_mistakes": told, "settings_etag": None}


def _store_log(connection: Connection) -> None:
    this = _LOG.c.id == bindparam("row")
    for rows in pages(connection, _LOG):
        legacy = [{"row": row.id, "notice": json.dumps(reasons.legacy(row.notice))} for row in rows]
        _run(connection, update(_LOG).where(this), legacy)


def _each(reason: Callable[[str], dict[str, Any]], sentences: str) -> str:
    return json.dumps([reason(sentence) for sentence in json.loads(sentences or "[]")])


def _run(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)
