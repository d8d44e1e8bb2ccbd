"""Agents are polled whatever the database's clock does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model.agent_run import AgentRun
from bot.core.model.identifiers import AgentStatus, RunId
from storage import polling
from storage.database import Database
from tests.stored_epics import NOW, insert_epic, insert_repositories

AT_WORK = AgentRun(
    id=RunId("run-1"),
    task_number=1,
    attempt=1,
    branch="orchestra/1",
    start_ref="main",
    agent_id="bc-1",
    status=AgentStatus.RUNNING,
)
LOST = replace(
    AT_WORK, id=RunId("run-2"), branch="orchestra/2", agent_id=None, lost=True, ended_at=NOW
)


@pytest.mark.parametrize("back", [timedelta(), timedelta(seconds=2), timedelta(hours=1)])
def test_agents_are_polled_although_the_clock_was_set_back(
    database: Database, back: timedelta
) -> None:
    with database.write() as connection:
        insert_repositories(connection, 1)
        insert_epic(connection, runs=(AT_WORK, LOST))
        polling.mark_seen(connection, [AT_WORK.id, LOST.id], NOW)
        now = NOW - back
        due = [run.run_id for run in polling.due_runs(connection, 30, now)]
        due += [run.run_id for run in polling.lost_runs(connection, 30, now)]
    assert due == ([AT_WORK.id, LOST.id] if back else [])
