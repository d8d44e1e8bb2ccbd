"""What is decided is stored whole, also where it was decided twice."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.effects import MergePullRequest
from bot.core.model.epic import Task
from bot.core.model.identifiers import CommitSha, TaskStatus
from bot.core.model.settings import EpicSettings
from jobs.engine.advance import advance
from storage import effects, epics, inbox, log_events
from storage.tables import effects as effect_rows
from tests.core.transitions import scenes
from tests.databases import fresh_database
from tests.jobs.arrivals import Arrivals, arrivals
from tests.neighbours import Neighbours

OLD = CommitSha("d" * 40)
MOVED = replace(scenes.REQUEST, head_sha=OLD)
BEFORE = MergePullRequest(
    task=1,
    number=10,
    head=OLD,
    method="squash",
    title="one",
    message="",
    attempt=MOVED.merge_attempt,
)


@pytest.fixture
def world(near: Neighbours, tmp_path: Path) -> Iterator[Arrivals]:
    with fresh_database("sqlite") as database, arrivals(near, database, tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("task", "asked_before", "told"),
    [
        (
            scenes.task(TaskStatus.MERGING, pull_request=MOVED, runs=()),
            ["cancelled"],
            [],
        ),
        (
            scenes.task(TaskStatus.PROCESSING),
            ["pending"],
            ["pull request #10 is being seen through"],
        ),
    ],
    ids=["of a head that moved", "of new work"],
)
def test_a_merge_held_back_leaves_all_else_as_decided(
    world: Arrivals, task: Task, asked_before: list[str], told: list[str]
) -> None:
    other = world.epic(scenes.task(TaskStatus.MERGING, runs=()))
    epic = world.epic(task, settings=EpicSettings(grace=0))
    with world.database.write() as connection:
        now = world.database.now(connection)
        effects.emit(connection, epic.id, BEFORE, now, now)
        inbox.add(connection, epic.id, "test", scenes.seen(), now=now)
        advance(connection, epic.id, now)

    waits = f"the merge that #{other.issue_number} has under way into `main`"
    with world.database.read() as connection:
        judged = epics.load(connection, epic.id)
        lines = log_events.last(connection, epic.id, 9)
        merges = select(effect_rows.c.state).where(effect_rows.c.kind == "MergePullRequest")
        assert connection.execute(merges).scalars().all() == asked_before
    assert judged is not None
    assert (judged.tasks[0].status, judged.tasks[0].waiting_for) == (TaskStatus.PR_OPEN, waits)
    assert [line.text for line in lines] == [*told, f"waiting for {waits}"]
