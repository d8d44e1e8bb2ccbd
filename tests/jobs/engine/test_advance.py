"""What is decided is stored whole, also where it was decided twice."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.effects import MergePullRequest
from bot.core.model.identifiers import CommitSha, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.settings import EpicSettings
from bot.core.model.task import Task
from bot.core.model.terms import Terms
from jobs.engine.advance import advance
from storage import effects, epics, inbox, log_events
from storage.tables import effects as effect_rows
from tests.core.transitions import scenes
from tests.databases import fresh_database
from tests.fakes import Fakes
from tests.jobs.arrivals import Arrivals, arrivals

OLD = CommitSha("d" * 40)
MOVED = replace(scenes.REQUEST, head_sha=OLD)
BEFORE = MergePullRequest(
    task=1,
    number=10,
    head=OLD,
    method="squash",
    title="one",
    message="",
    attempt=MOVED.merge.number,
)


@pytest.fixture
def world(near: Fakes, tmp_path: Path) -> Iterator[Arrivals]:
    with fresh_database("sqlite") as database, arrivals(near, database, tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("task", "asked_before", "logged"),
    [
        (
            scenes.task(TaskStatus.MERGING, pull_request=MOVED, runs=()),
            ["cancelled"],
            [],
        ),
        (
            scenes.task(TaskStatus.PROCESSING),
            ["pending"],
            [Notice(kind=NoticeKind.PULL_REQUEST_WATCHED, pull_request=10)],
        ),
    ],
    ids=["of a head that moved", "of new work"],
)
def test_a_merge_held_back_leaves_all_else_as_decided(
    world: Arrivals, task: Task, asked_before: list[str], logged: list[Notice]
) -> None:
    other = world.epic(scenes.task(TaskStatus.MERGING, runs=()))
    epic = world.epic(task, settings=EpicSettings(grace=0))
    with world.database.write() as connection:
        now = world.database.now(connection)
        effects.emit(connection, epic.id, BEFORE, now, now)
        inbox.add(connection, epic.id, "test", scenes.seen(), now=now)
        advance(connection, epic.id, now, Terms())

    waits = Wait(kind=WaitKind.OTHER_MERGE, issue=other.issue_number, branch="main")
    with world.database.read() as connection:
        evaluated = epics.load(connection, epic.id)
        lines = log_events.last(connection, epic.id, 9)
        merges = select(effect_rows.c.state).where(effect_rows.c.kind == "MergePullRequest")
        assert connection.execute(merges).scalars().all() == asked_before
    assert evaluated is not None
    assert (evaluated.tasks[0].status, evaluated.tasks[0].wait) == (TaskStatus.PR_OPEN, waits)
    waiting = Notice(kind=NoticeKind.WAITING, wait=waits)
    assert [line.notice for line in lines] == [*logged, waiting]
