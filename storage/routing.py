"""From a delivery to the epics it concerns."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.epic import Epic
from bot.core.identifiers import RepositoryName
from storage import epics as epic_rows
from storage.deliveries import Delivery
from storage.tables import deliveries, epics, installations, repositories, tasks


@dataclass(frozen=True, kw_only=True)
class RepositoryFacts:
    """What every delivery says about its repository."""

    id: int
    installation_id: int
    full_name: str
    default_branch: str


def unrouted(connection: Connection, now: datetime, most: int) -> list[tuple[int, int, Delivery]]:
    """The oldest deliveries not yet routed, as (row id, tries, delivery), held by this transaction.

    Two routers take turns: the second waits for the first's rows and then finds them done.
    """
    rows = connection.execute(
        select(deliveries)
        .where(
            deliveries.c.routed_at.is_(None),
            or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= now),
        )
        .order_by(deliveries.c.id)
        .limit(most)
        .with_for_update()
    )
    return [(row.id, row.tries, Delivery(row.guid, row.event, row.body)) for row in rows]


def mark_routed(connection: Connection, row_ids: Sequence[int], now: datetime) -> None:
    """Say that the deliveries have reached their epics."""
    connection.execute(update(deliveries).where(deliveries.c.id.in_(row_ids)).values(routed_at=now))


def postpone(connection: Connection, row_id: int, until: datetime) -> None:
    """Try the delivery again at `until`."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == row_id)
        .values(not_before=until, tries=deliveries.c.tries + 1)
    )


def keep_up_to_date(connection: Connection, facts: RepositoryFacts) -> None:
    """Follow a known repository to its new name, default branch or installation."""
    known = connection.execute(
        select(repositories).where(repositories.c.id == facts.id)
    ).one_or_none()
    stored = known and (known.installation_id, known.full_name, known.default_branch)
    told = (facts.installation_id, facts.full_name, facts.default_branch)
    if stored is not None and stored != told:
        remember(connection, facts)


def remember(connection: Connection, facts: RepositoryFacts) -> None:
    """Store what the delivery says about its repository and installation."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    account = RepositoryName.parse(facts.full_name).owner
    connection.execute(
        dialect.insert(installations)
        .values(id=facts.installation_id, account=account)
        .on_conflict_do_nothing()
    )
    values = {
        "installation_id": facts.installation_id,
        "full_name": facts.full_name,
        "default_branch": facts.default_branch,
    }
    connection.execute(
        dialect.insert(repositories)
        .values(id=facts.id, **values)
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )


def find_or_make_epic(
    connection: Connection, repository: RepositoryFacts, issue_number: int, now: datetime
) -> int:
    """The id of the issue's epic; a new one is not recognised yet."""
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


def tasks_of_pull_request(
    connection: Connection, repository_id: int, number: int
) -> list[tuple[int, int]]:
    """The tasks whose pull request that is, as (epic id, task number)."""
    return _tasks(connection, repository_id, tasks.c.pull_request_number == number)


def tasks_of_branch(
    connection: Connection, repository_id: int, branch: str
) -> list[tuple[int, int]]:
    """The tasks at work on that branch, as (epic id, task number)."""
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
