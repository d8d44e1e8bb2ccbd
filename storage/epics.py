"""Load and save the facts of an epic."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from bot.core.model.agent_run import AgentRun
from bot.core.model.epic import Epic
from bot.core.model.identifiers import CommitSha, EpicStatus, RepositoryName
from bot.core.model.task import Task
from storage.bases import goes_into
from storage.faults import Unreadable
from storage.tables import agent_runs, epics, repositories, tasks

# Facts that live in other tables, or are kept by the tables for themselves.
_ELSEWHERE = {"repository", "default_branch", "tasks", "runs"}
_NAMES: dict[type[Any], list[str]] = {
    kind: [field.name for field in fields(kind) if field.name not in _ELSEWHERE]
    for kind in (Epic, Task, AgentRun)
}

_EPIC: BindParameter[int] = bindparam("epic")
_LOAD = (
    select(epics, repositories.c.full_name, repositories.c.default_branch)
    .join(repositories, repositories.c.id == epics.c.repository_id)
    .where(epics.c.id == _EPIC)
)
_LOAD_AND_LOCK = _LOAD.with_for_update(of=epics, key_share=True)
_UPDATE = update(epics).where(epics.c.id == _EPIC)
_INSERT_EPIC = insert(epics).returning(epics.c.id)
_FIND = select(epics.c.id).where(
    epics.c.repository_id == bindparam("repository"), epics.c.issue_number == bindparam("issue")
)
_TASKS = select(tasks).where(tasks.c.epic_id == _EPIC).order_by(tasks.c.number)
_RUNS = select(agent_runs).where(agent_runs.c.epic_id == _EPIC).order_by(agent_runs.c.attempt)
_INSTALLATION = (
    select(repositories.c.installation_id)
    .join(epics, epics.c.repository_id == repositories.c.id)
    .where(epics.c.id == _EPIC)
)
_ADDRESS = (
    select(repositories.c.full_name, epics.c.issue_number)
    .join(epics, epics.c.repository_id == repositories.c.id)
    .where(epics.c.id == _EPIC)
)
_COUNT_ACTIVE = (
    select(func.count())
    .select_from(epics.join(repositories, repositories.c.id == epics.c.repository_id))
    .where(
        repositories.c.installation_id == _INSTALLATION.scalar_subquery(),
        epics.c.status == EpicStatus.ACTIVE,
    )
)


class _Rows:
    """How the rows of `table`, named by `key` within an epic, are written."""

    def __init__(self, table: Table, key: str) -> None:
        self.key = key
        this = and_(table.c.epic_id == _EPIC, table.c[key] == bindparam("key"))
        self.insert = insert(table)
        self.update = update(table).where(this)
        self.delete = delete(table).where(this)


_TASK_ROWS = _Rows(tasks, "number")
_RUN_ROWS = _Rows(agent_runs, "id")


def load(connection: Connection, epic_id: int, *, lock: bool = False) -> Epic | None:
    """Return the epic with its tasks and runs, None when it was deleted.

    `lock` holds the epic's row until the transaction ends (SQLite: the transaction already holds
    the whole database). Raises Unreadable where what is stored does not validate.
    """
    try:
        return _load(connection, epic_id, _LOAD_AND_LOCK if lock else _LOAD)
    except (ValueError, LookupError, TypeError) as error:
        raise Unreadable(f"epic {epic_id}") from error


def _load(connection: Connection, epic_id: int, query: Select[Any]) -> Epic | None:
    row = connection.execute(query, {"epic": epic_id}).mappings().one_or_none()
    if row is None:
        return None
    return Epic(
        **_fields(Epic, row),
        repository=RepositoryName.parse(row["full_name"]),
        default_branch=row["default_branch"],
        tasks=_load_tasks(connection, epic_id),
    )


def _load_tasks(connection: Connection, epic_id: int) -> tuple[Task, ...]:
    runs: dict[int, list[AgentRun]] = {}
    for row in connection.execute(_RUNS, {"epic": epic_id}).mappings():
        runs.setdefault(row["task_number"], []).append(AgentRun(**_fields(AgentRun, row)))
    rows = connection.execute(_TASKS, {"epic": epic_id}).mappings()
    return tuple(
        Task(**_fields(Task, row), runs=tuple(runs.get(row["number"], ()))) for row in rows
    )


def _fields(kind: type[Any], row: Any) -> dict[str, Any]:
    return {name: row[name] for name in _NAMES[kind]}


def save(connection: Connection, before: Epic, after: Epic) -> None:
    """Write what differs between `before`, as loaded in this transaction, and `after`."""
    changed = _changes(before, after)
    if changed:
        connection.execute(_UPDATE, {"epic": after.id, **changed})
    _save_each(connection, _TASK_ROWS, after.id, before.tasks, after.tasks)
    _save_each(connection, _RUN_ROWS, after.id, _runs(before), _runs(after))


def _runs(epic: Epic) -> tuple[AgentRun, ...]:
    return tuple(run for task in epic.tasks for run in task.runs)


def _save_each(
    connection: Connection,
    rows: _Rows,
    epic_id: int,
    before: tuple[Any, ...],
    after: tuple[Any, ...],
) -> None:
    known = {getattr(one, rows.key): one for one in before}
    for one in after:
        key = getattr(one, rows.key)
        old = known.pop(key, None)
        if old is None:
            connection.execute(rows.insert, {"epic_id": epic_id, **_values(one)})
        elif changed := _changes(old, one):
            connection.execute(rows.update, {"epic": epic_id, "key": key, **changed})
    for key in known:
        connection.execute(rows.delete, {"epic": epic_id, "key": key})


def _values(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _NAMES[type(one)]}


def _changes(before: Any, after: Any) -> dict[str, Any]:
    old = _values(before)
    return {name: value for name, value in _values(after).items() if value != old[name]}


def insert_epic(connection: Connection, repository_id: int, epic: Epic) -> Epic:
    """Insert a new epic without tasks and return it with its id."""
    values = _values(epic)
    del values["id"]
    result = connection.execute(_INSERT_EPIC, {"repository_id": repository_id, **values})
    return replace(epic, id=result.scalar_one())


def find(connection: Connection, repository_id: int, issue_number: int) -> int | None:
    """Return the id of the epic on that issue."""
    asked = {"repository": repository_id, "issue": issue_number}
    return connection.execute(_FIND, asked).scalar_one_or_none()


def installation_of(connection: Connection, epic_id: int) -> int:
    """Return the id of the installation that reaches the epic's repository."""
    found: int = connection.execute(_INSTALLATION, {"epic": epic_id}).scalar_one()
    return found


def address(connection: Connection, epic_id: int) -> str | None:
    """Return `owner/repo#issue`, as people know the epic; None when it was deleted."""
    row = connection.execute(_ADDRESS, {"epic": epic_id}).one_or_none()
    return f"{row.full_name}#{row.issue_number}" if row else None


def newest_merge(
    connection: Connection, epic_id: int, base: str, *, of_any_epic: bool
) -> CommitSha | None:
    """Return the last merge of a task into `base` in the epic's repository, by it or by any."""
    home = select(epics.c.repository_id).where(epics.c.id == epic_id).scalar_subquery()
    whose = epics.c.repository_id == home if of_any_epic else epics.c.id == epic_id
    return connection.execute(
        select(tasks.c.merge_sha)
        .join(epics, epics.c.id == tasks.c.epic_id)
        .join(repositories, repositories.c.id == epics.c.repository_id)
        .where(
            whose,
            tasks.c.merge_sha.is_not(None),
            tasks.c.ended_at.is_not(None),
            goes_into(base),
        )
        .order_by(tasks.c.ended_at.desc())
        .limit(1)
    ).scalar_one_or_none()


def count_active_beside(connection: Connection, epic_id: int) -> int:
    """How many epics of the epic's installation, itself included, are being worked on."""
    count: int = connection.execute(_COUNT_ACTIVE, {"epic": epic_id}).scalar_one()
    return count


def is_held(connection: Connection, epic_id: int, now: datetime) -> bool:
    """Tell whether the epic could not be loaded, and is to be left alone yet."""
    held = select(epics.c.id).where(epics.c.id == epic_id, epics.c.held_until > now)
    return connection.execute(held).first() is not None


def hold(connection: Connection, epic_id: int, until: datetime) -> None:
    """Leave the epic alone until then."""
    connection.execute(update(epics).where(epics.c.id == epic_id).values(held_until=until))
