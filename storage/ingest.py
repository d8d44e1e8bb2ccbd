"""From a delivery to the epics it concerns."""

import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    bindparam,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, RepositoryName, TaskStatus
from bot.core.model.settings import EpicSettings
from storage import epics as epic_rows
from storage.bases import goes_into
from storage.deliveries import Delivery
from storage.repositories import RepositoryFacts, remember
from storage.tables import deliveries, epics, repositories, tasks

_OPEN_EPIC = [status for status in EpicStatus if not status.is_final]
_STARTED_EPIC = (EpicStatus.ACTIVE, EpicStatus.PAUSED)
_OPEN_TASK = [status for status in TaskStatus if not status.is_final]


@dataclass(frozen=True)
class ChecksTask:
    """The task that a check run of ours is about."""

    epic_id: int
    number: int
    pull_request_number: int | None


_UNINGESTED = (
    select(deliveries)
    .where(
        deliveries.c.ingested_at.is_(None),
        deliveries.c.parked_at.is_(None),
        or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= bindparam("now")),
    )
    .order_by(deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(key_share=True)
)
_MARK_INGESTED = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("rows", expanding=True)))
    .values(ingested_at=bindparam("now"))
)


def uningested(connection: Connection, now: datetime, most: int) -> list[tuple[int, Delivery]]:
    """List the oldest deliveries not yet routed, as (row id, delivery), held by this transaction.

    Two routers take turns: the second waits for the first's rows and then finds them done.
    """
    rows = connection.execute(_UNINGESTED, {"now": now, "most": most})
    return [(row.id, Delivery(row.guid, row.event, row.body)) for row in rows]


def mark_ingested(connection: Connection, row_ids: Sequence[int], now: datetime) -> None:
    """Say that the deliveries have reached their epics."""
    if row_ids:
        connection.execute(_MARK_INGESTED, {"rows": row_ids, "now": now})


def postpone(connection: Connection, row_id: int, until: datetime) -> None:
    """Try the delivery again at `until`."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == row_id)
        .values(not_before=until, tries=deliveries.c.tries + 1)
    )


def find_or_make_epic(
    connection: Connection, repository: RepositoryFacts, issue_number: int, now: datetime
) -> int:
    """Return the id of the issue's epic; a new one is not activated yet."""
    found = epic_rows.find(connection, repository.id, issue_number)
    if found is not None:
        return found
    remember(connection, repository)
    epic = Epic(
        id=0,
        token=uuid.uuid4().hex,
        repository=RepositoryName.parse(repository.full_name),
        default_branch=repository.default_branch,
        issue_number=issue_number,
        created_at=now,
    )
    return epic_rows.insert_epic(connection, repository.id, epic).id


def find_activated(
    connection: Connection, repository_id: int, issue_number: int
) -> tuple[int, str] | None:
    """Return the id of the issue's epic and the label that makes it one, if it is activated."""
    row = connection.execute(
        # As text: what is told of an epic that no longer validates is kept for it all the same.
        select(epics.c.id, type_coerce(epics.c.settings, Text).label("settings")).where(
            epics.c.repository_id == repository_id,
            epics.c.issue_number == issue_number,
            epics.c.activated,
        )
    ).one_or_none()
    return None if row is None else (row.id, _label_of(row.settings))


def _label_of(settings: str) -> str:
    try:
        label = json.loads(settings)["label"]
    except (ValueError, LookupError, TypeError):
        label = None
    return label if isinstance(label, str) else EpicSettings().label


def open_epics(connection: Connection, repository_ids: Collection[int]) -> list[int]:
    """Return the activated epics in those repositories that have not ended."""
    query = select(epics.c.id).where(
        epics.c.repository_id.in_(repository_ids),
        epics.c.status.in_(_OPEN_EPIC),
        epics.c.activated,
    )
    return list(connection.execute(query).scalars())


def other_active_issues(connection: Connection, repository_id: int, epic_id: int) -> list[int]:
    """List the issues of the repository's other epics that are being worked on, oldest first."""
    query = select(epics.c.issue_number).where(
        epics.c.repository_id == repository_id,
        epics.c.id != epic_id,
        epics.c.status == EpicStatus.ACTIVE,
    )
    return list(connection.execute(query.order_by(epics.c.issue_number)).scalars())


def is_started_epic(connection: Connection, repository: RepositoryName, issue_number: int) -> bool:
    """Whether that issue is an epic that has started and not ended."""
    query = (
        select(epics.c.id)
        .join(repositories, repositories.c.id == epics.c.repository_id)
        .where(
            func.lower(repositories.c.full_name) == str(repository).lower(),
            epics.c.issue_number == issue_number,
            epics.c.status.in_(_STARTED_EPIC),
        )
    )
    return connection.execute(query).first() is not None


def epics_on_base(connection: Connection, repository_id: int, branch: str) -> list[int]:
    """Return the started epics with tasks left, some of whose pull requests go into that branch."""
    left = exists().where(tasks.c.epic_id == epics.c.id, tasks.c.status.in_(_OPEN_TASK))
    is_base = func.coalesce(epics.c.base_branch, repositories.c.default_branch) == branch
    query = (
        select(epics.c.id)
        .join(repositories, repositories.c.id == epics.c.repository_id)
        .where(
            epics.c.repository_id == repository_id,
            epics.c.status.in_(_STARTED_EPIC),
            left,
            or_(is_base, left.where(goes_into(branch))),
        )
    )
    return list(connection.execute(query).scalars())


def task_of_check(
    connection: Connection, repository_id: int, check_run_id: int, sha: str, branch: str | None
) -> ChecksTask | None:
    """Return the newest epic's task with that check run, or else with that head."""
    is_this = tasks.c.check_run_id == check_run_id
    is_head = tasks.c.check_run_sha == sha
    if branch is not None:
        is_head = or_(is_head, tasks.c.branch == branch)
    row = connection.execute(
        select(tasks.c.epic_id, tasks.c.number, tasks.c.pull_request_number)
        .join(epics, epics.c.id == tasks.c.epic_id)
        .where(epics.c.repository_id == repository_id, or_(is_this, is_head))
        .order_by(is_this.is_(True).desc(), tasks.c.epic_id.desc(), tasks.c.number.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else ChecksTask(*row)


def tasks_of_pull_request(
    connection: Connection, repository_id: int, number: int
) -> list[tuple[int, int]]:
    """Return the tasks whose pull request that is, as (epic id, task number)."""
    return _tasks(connection, repository_id, tasks.c.pull_request_number == number)


def tasks_of_branch(
    connection: Connection, repository_id: int, branch: str
) -> list[tuple[int, int]]:
    """Return the tasks at work on that branch, as (epic id, task number)."""
    return _tasks(connection, repository_id, tasks.c.branch == branch)


def _tasks(
    connection: Connection, repository_id: int, condition: ColumnElement[bool]
) -> list[tuple[int, int]]:
    rows = connection.execute(
        select(tasks.c.epic_id, tasks.c.number)
        .join(epics, epics.c.id == tasks.c.epic_id)
        .where(epics.c.repository_id == repository_id, condition)
    )
    return [(row.epic_id, row.number) for row in rows]
