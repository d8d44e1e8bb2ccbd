"""Epics put into a database, for tests that need one there."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from bot.core.model.agent_run import AgentRun
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, RepositoryName, TaskStatus
from bot.core.model.task import Task
from storage import epics
from storage.tables import installations, repositories

NOW = datetime(2026, 3, 2, 9, 12, 44, tzinfo=UTC)
INSTALLATION = 77


def insert_repositories(connection: Connection, *ids: int, known: bool = False) -> None:
    """Repositories of one installation, which may be `known`."""
    if not known:
        connection.execute(insert(installations).values(id=INSTALLATION, account="acme"))
    for one in ids:
        connection.execute(
            insert(repositories).values(
                id=one,
                installation_id=INSTALLATION,
                full_name=f"acme/widgets-{one}",
                default_branch="main",
            )
        )


def insert_epic(
    connection: Connection,
    repository_id: int = 1,
    *,
    issue: int = 1,
    token: str = "abc" + "0" * 29,
    status: EpicStatus = EpicStatus.ACTIVE,
    activated: bool = True,
    runs: tuple[AgentRun, ...] = (),
) -> Epic:
    """An epic whose first task has `runs`; its repository must be there."""
    epic = Epic(
        id=0,
        token=token,
        repository=RepositoryName("acme", f"widgets-{repository_id}"),
        default_branch="main",
        issue_number=issue,
        status=status,
        activated=activated,
        created_at=NOW,
    )
    stored = epics.insert_epic(connection, repository_id, epic)
    task = Task(number=1, title="First", status=TaskStatus.PROCESSING, runs=runs)
    started = replace(stored, tasks=(task,))
    epics.save(connection, stored, started)
    return started
