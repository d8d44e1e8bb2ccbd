"""The newest of something: a prompt, a merge, a line of the log."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from bot.core.effects import Effect, LaunchAgent, SendFollowUp
from bot.core.model.epic import Epic
from bot.core.model.identifiers import CommitSha, RunId, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.task import FINAL_PULL_REQUEST, Task
from storage import effects, epics, log_events, tables
from storage.database import Database
from tests.stored_epics import NOW, insert_epic, insert_repositories

FIRST, SECOND = RunId("run_1"), RunId("runx1")


def launch(run: RunId) -> LaunchAgent:
    return LaunchAgent(
        task=1,
        run=run,
        branch="b",
        start_ref="main",
        prompt=f"launch {run}",
        title="First",
        model=None,
    )


def follow_up(run: RunId, prompt_index: int) -> SendFollowUp:
    return SendFollowUp(
        task=1,
        run=run,
        agent_id="a",
        prompt_index=prompt_index,
        prompt=f"prompt {prompt_index}",
        marker="m",
    )


def sent(connection: Connection, epic: Epic, effect: Effect, state: str = "done") -> None:
    effects.emit(connection, epic.id, effect, NOW, NOW)
    row = tables.effects.c
    connection.execute(
        update(tables.effects)
        .where(row.epic_id == epic.id, row.key == effect.key)
        .values(state=state)
    )


def test_the_last_prompt_is_the_one_last_sent(database: Database) -> None:
    with database.write() as connection:
        insert_repositories(connection, 1)
        epic = insert_epic(connection)
        sent(connection, epic, launch(FIRST))
        sent(connection, epic, follow_up(FIRST, 2), "sent")
        sent(connection, epic, follow_up(FIRST, 3), "cancelled")
        sent(connection, epic, follow_up(FIRST, 4), "pending")
        # `_` is no wildcard: this is another run's.
        sent(connection, epic, follow_up(SECOND, 5))
        found = [
            effects.last_prompt(connection, epic.id, runs)
            for runs in ([FIRST], [SECOND], [FIRST, SECOND], [RunId("none")], [])
        ]
    assert found == ["prompt 2", "prompt 5", "prompt 5", None, None]


def put(connection: Connection, epic: Epic, *tasks: Task, base: str | None = None) -> None:
    epics.save(connection, epic, replace(epic, tasks=tasks, base_branch=base))


def merged(number: int, sha: str, at: datetime | None) -> Task:
    return Task(
        number=number,
        title="done",
        status=TaskStatus.COMPLETED,
        merge_sha=CommitSha(sha),
        ended_at=at,
    )


def test_the_newest_merge_is_the_last_one_into_that_base(database: Database) -> None:
    later = NOW + timedelta(minutes=1)
    with database.write() as connection:
        insert_repositories(connection, 1, 2)
        ours, other = insert_epic(connection, 1, issue=1), insert_epic(connection, 1, issue=2)
        elsewhere = insert_epic(connection, 2, issue=1)
        home = merged(FINAL_PULL_REQUEST, "home", NOW)
        by_hand = Task(number=4, title="x", status=TaskStatus.COMPLETED, ended_at=later)
        put(connection, ours, home, merged(1, "a", later), merged(2, "b", NOW), by_hand, base="e")
        put(connection, other, merged(1, "c", later))
        put(connection, elsewhere, merged(1, "d", later + timedelta(minutes=1)))
        found = {
            (base, of_any): epics.newest_merge(connection, ours.id, base, of_any_epic=of_any)
            for base in ("e", "main", "none")
            for of_any in (False, True)
        }
    assert found == {
        ("e", False): "a",
        ("e", True): "a",
        ("main", False): "home",
        ("main", True): "c",
        ("none", False): None,
        ("none", True): None,
    }


def test_the_last_lines_of_one_task(database: Database) -> None:
    with database.write() as connection:
        insert_repositories(connection, 1)
        epic = insert_epic(connection)
        lines = [(1, "one"), (2, "two"), (None, "all"), (1, "three"), (1, "four")]
        notices = [(task, Notice(kind=NoticeKind.LEGACY, quote=quote)) for task, quote in lines]
        log_events.add(connection, epic.id, notices, NOW, None)
        of_one = log_events.last(connection, epic.id, 2, task=1)
        of_all = log_events.last(connection, epic.id, 3)
    assert [line.notice.quote for line in of_one] == ["three", "four"]
    assert [line.notice.quote for line in of_all] == ["all", "three", "four"]
