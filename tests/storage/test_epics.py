"""The facts of an epic, stored and loaded; many processes at once lose nothing."""

import subprocess
import sys
from dataclasses import fields, replace

import pytest
from sqlalchemy import Table

from bot.core.model.agent_run import AgentRun
from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, CommitSha, RunId, TaskStatus
from bot.core.model.pull_request import PullRequest
from bot.core.model.task import Task
from storage import epics, tables
from storage.database import Database
from tests.stored_epics import insert_epic, insert_repositories

PROCESSES, ROUNDS = 4, 50
COUNT_UP = """
import sys
from dataclasses import replace
from storage import epics
from storage.database import Database

database = Database(sys.argv[1])
for _ in range(int(sys.argv[3])):
    with database.write() as connection:
        before = epics.load(connection, int(sys.argv[2]), lock=True)
        after = replace(before, title=str(int(before.title) + 1))
        epics.save(connection, before, after)
database.close()
"""


def store_epic(database: Database) -> int:
    with database.write() as connection:
        insert_repositories(connection, 1)
        return insert_epic(connection).id


def a_task() -> Task:
    run = AgentRun(
        id=RunId("r1"),
        task_number=1,
        attempt=1,
        branch="b",
        start_ref="main",
        status=AgentStatus.RUNNING,
    )
    request = PullRequest(number=7, url="https://example.org/7", head_sha=CommitSha("a" * 40))
    return Task(number=1, title="one", pull_request=request, pull_request_number=7, runs=(run,))


@pytest.mark.parametrize(
    ("kind", "table"),
    [(Epic, tables.epics), (Task, tables.tasks), (AgentRun, tables.agent_runs)],
)
def test_every_fact_has_its_column(kind: type[Epic | Task | AgentRun], table: Table) -> None:
    elsewhere = {"repository", "default_branch", "tasks", "runs"}
    assert {field.name for field in fields(kind)} - elsewhere <= set(table.c.keys())


def test_what_is_saved_is_loaded(database: Database) -> None:
    epic_id = store_epic(database)
    with database.write() as connection:
        before = epics.load(connection, epic_id, lock=True)
        assert before is not None
        epics.save(connection, before, replace(before, tasks=(a_task(),)))
    with database.write() as connection:
        loaded = epics.load(connection, epic_id, lock=True)
        assert loaded is not None
        assert loaded.tasks == (a_task(),)
        failed = loaded.with_task(replace(loaded.tasks[0], status=TaskStatus.FAILED, runs=()))
        epics.save(connection, loaded, failed)
    with database.read() as connection:
        assert epics.load(connection, epic_id) == failed


def test_an_epic_that_is_gone_is_none(database: Database) -> None:
    with database.read() as connection:
        assert epics.load(connection, 12345) is None


def test_four_processes_that_read_decide_and_save_lose_nothing(database: Database) -> None:
    epic_id = store_epic(database)
    with database.write() as connection:
        before = epics.load(connection, epic_id, lock=True)
        assert before is not None
        epics.save(connection, before, replace(before, title="0"))
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", COUNT_UP, url, str(epic_id), str(ROUNDS)]
    running = [subprocess.Popen(command) for _ in range(PROCESSES)]
    assert [process.wait(timeout=120) for process in running] == [0] * PROCESSES
    with database.read() as connection:
        after = epics.load(connection, epic_id)
    assert after is not None
    assert after.title == str(PROCESSES * ROUNDS)
