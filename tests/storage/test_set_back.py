"""What is brought forward once the clock was set back, and what is left as it is."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.effects import LaunchAgent
from bot.core.model.agent_run import AgentRun
from bot.core.model.identifiers import CommitSha, EpicStatus, RunId
from bot.core.model.pull_request import PullRequest
from storage import effects, epics, set_back, tables, throttles
from storage.database import Database
from tests.core.effects.samples import sample
from tests.stored_epics import NOW, insert_epic, insert_repositories

SOON, LATER = NOW + timedelta(seconds=30), NOW + timedelta(hours=1)
EFFECT = sample(LaunchAgent)


def run(ended_at: datetime) -> AgentRun:
    return AgentRun(
        id=RunId("r1"),
        task_number=1,
        attempt=1,
        branch="b",
        start_ref="main",
        deadline=LATER,
        requested_at=LATER,
        ended_at=ended_at,
    )


@pytest.mark.both_databases
def test_waits_are_brought_forward_and_facts_are_left(database: Database) -> None:
    head = CommitSha("a" * 40)
    request = PullRequest(number=7, url="https://example.org/7", head_sha=head, stirred_at=LATER)
    with database.write() as connection:
        insert_repositories(connection, 1)
        epic = insert_epic(connection, runs=(run(LATER),))
        (task,) = epic.tasks
        waiting = replace(
            epic,
            due_at=LATER,
            start_at=LATER,
            approved_at=LATER,
            tasks=(
                replace(task, due_at=LATER, retry_at=NOW, ended_at=LATER, pull_request=request),
            ),
        )
        epics.save(connection, epic, waiting)
        set_back.bring_forward(connection, NOW)
        after = epics.load(connection, epic.id)
    assert after is not None
    (found,) = after.tasks
    assert (after.due_at, after.start_at, after.approved_at) == (NOW, LATER, LATER)
    assert (found.due_at, found.retry_at, found.ended_at) == (NOW, NOW, LATER)
    assert found.pull_request == replace(request, stirred_at=NOW)
    assert found.runs == (run(NOW),)


def test_a_claim_keeps_its_minute_and_limits_end(database: Database) -> None:
    with database.write() as connection:
        insert_repositories(connection, 1)
        epic = insert_epic(connection)
        effects.emit(connection, epic.id, EFFECT, NOW, NOW)
        assert effects.claim(connection, epic.id, "mine", LATER, max_urgency=99) is not None
        throttles.throttle(connection, "cursor", None, LATER)
        set_back.bring_forward(connection, NOW)
        row = tables.effects.c
        times = connection.execute(select(row.claim_until, row.first_tried_at)).one()
        assert tuple(times) == (NOW + timedelta(seconds=effects.CLAIM_SECONDS), NOW)
        assert throttles.throttled_until(connection, ["cursor"], NOW) is None


def test_an_epic_that_has_ended_is_left_alone(database: Database) -> None:
    with database.write() as connection:
        insert_repositories(connection, 1)
        epic = insert_epic(connection, status=EpicStatus.COMPLETED, runs=(run(SOON),))
        set_back.bring_forward(connection, NOW)
        assert epics.load(connection, epic.id) == epic
