"""The second migration turns stored sentences into reasons that say the same."""

from typing import Any

import pytest
from alembic import command
from sqlalchemy import MetaData, Table, insert

from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.mistakes import ChecklistMistake, ChecklistMistakeKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.pull_request import BranchUpdate, MergeAttempts, MergeRefusal
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from storage import epics, log_events, migrate
from storage.columns import adapter
from storage.database import Connection, Database
from storage.migrations.second_shape import reasons
from tests.databases import drop_tables
from tests.stored_epics import NOW

RAN_OUT = Failure(kind=FailureKind.AGENT_EXPIRED, attempts=4)


def failure(kind: FailureKind, **facts: Any) -> Failure:
    return Failure(kind=kind, **facts)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("the agent ran out of time or expired (4 attempts)", RAN_OUT),
        (
            "the agent ended with an error (the only attempt)",
            failure(FailureKind.AGENT_ERROR, attempts=1),
        ),
        (
            "the agent was stopped at Cursor",
            failure(FailureKind.AGENT_STOPPED, service="Cursor"),
        ),
        ("pull request closed by @ada", failure(FailureKind.PULL_REQUEST_CLOSED, by=Login("ada"))),
        ("pull request #7 comes from a fork", failure(FailureKind.FORK, pull_request=7)),
        (
            "pull request #7 goes into `a` instead of `b`",
            failure(FailureKind.WRONG_BASE, pull_request=7, branch="a", expected_branch="b"),
        ),
        (
            "checks “lint”, “test” failed (the agent was sent back to it 2 times)",
            failure(FailureKind.CHECKS_FAILED, checks=("lint", "test"), rounds=2),
        ),
        (
            "check “test” failed, and the agent pushed nothing more",
            failure(FailureKind.CHECKS_FAILED, checks=("test",), pushed_nothing=True),
        ),
        (
            "changes requested by @ada and @grace (the agent was sent back to it 1 time)",
            failure(FailureKind.CHANGES_REQUESTED, people=("ada", "grace"), rounds=1),
        ),
        ("merge conflict", failure(FailureKind.MERGE_CONFLICT)),
        (
            "GitHub does not merge it: Not allowed.",
            failure(FailureKind.MERGE_REFUSED, quote="Not allowed."),
        ),
        ("anything else", failure(FailureKind.LEGACY, quote="anything else")),
    ],
)
def test_failures(sentence: str, expected: Failure) -> None:
    assert adapter(Failure).validate_python(reasons.failure(sentence)) == expected


@pytest.mark.parametrize(
    ("sentence", "by_failure", "expected"),
    [
        ("paused by @ada", False, Pause(kind=PauseKind.PERSON, by=Login("ada"))),
        (
            "paused after the running task, as asked",
            False,
            Pause(kind=PauseKind.AFTER_TASK),
        ),
        (
            "the issue was closed by @ada",
            False,
            Pause(kind=PauseKind.INTERRUPTED, interruption=Interruption.CLOSED, by=Login("ada")),
        ),
        (
            "the branch `epic/1` could not be made: no",
            False,
            Pause(kind=PauseKind.NO_BASE_BRANCH, branch="epic/1", quote="no"),
        ),
        (
            "task 2 failed: the agent ran out of time or expired (4 attempts)",
            True,
            Pause(kind=PauseKind.TASK_FAILED, task=2, failure=RAN_OUT),
        ),
        (
            "task 2 failed: the agent ran out of time or expired (4 attempts)",
            False,
            Pause(kind=PauseKind.TASK_FAILED, task=2, failure=RAN_OUT, held=True),
        ),
        (
            "the final pull request failed: a; b; the label was taken off",
            False,
            Pause(
                kind=PauseKind.TASK_FAILED,
                task=0,
                failure=failure(FailureKind.LEGACY, quote="a; b"),
                interruption=Interruption.UNLABELLED,
            ),
        ),
        ("anything else", False, Pause(kind=PauseKind.LEGACY, quote="anything else")),
    ],
)
def test_pauses(sentence: str, by_failure: bool, expected: Pause) -> None:
    found = reasons.pause(sentence, by_failure=by_failure)
    pause = adapter(Pause).validate_python(found)
    assert pause == expected
    assert pause.ends_by_itself is by_failure


def put(connection: Connection, name: str, **row: Any) -> None:
    table = Table(name, MetaData(), autoload_with=connection)
    connection.execute(insert(table).values(**row))


def first_shape(database: Database, task: dict[str, Any], **epic: Any) -> None:
    """Put one epic with one task into the schema before."""
    drop_tables(database)
    with database.write() as connection:
        command.upgrade(migrate.config_of(connection), "0001")
        put(connection, "installations", id=1, account="acme")
        put(
            connection,
            "repositories",
            id=1,
            installation_id=1,
            full_name="acme/widgets",
            default_branch="main",
            settings_mistakes='["line 1: no"]',
            settings_etag="tag",
        )
        known = {
            "id": 1,
            "repository_id": 1,
            "issue_number": 1,
            "token": "abc",
            "status": "ACTIVE",
            "recognised": True,
            **dict.fromkeys(("title", "goal", "body"), ""),
            "mistakes": "[]",
            "settings_mistakes": "[]",
            "unguarded_base": False,
            "has_epic_branch": False,
            "base_is_ready": True,
            "settings": '{"retries": 3}',
            "overrides": "{}",
            "pausing": False,
            "created_at": NOW,
        }
        put(connection, "epics", **{**known, **epic})
        known = {
            "epic_id": 1,
            "number": 1,
            "position": 0,
            "title": "one",
            "description": "",
            "same_title_before": 0,
            "status": "PR_OPEN",
            "attempts": 1,
            "retries_used": 0,
            "needs_person": False,
            "merge_now": False,
            "fixes": '{"wanted": "Hurry."}',
        }
        put(connection, "tasks", **{**known, **task})
        put(connection, "log_events", id=1, epic_id=1, at=NOW, text="agent FINISHED")


def migrated(database: Database) -> Epic:
    migrate.migrate(database)
    with database.read() as connection:
        found = epics.load(connection, 1)
    assert found is not None
    return found


def test_a_wait_is_found_again_at_once(database: Database) -> None:
    first_shape(database, {"waiting_for": "a word"}, base_red="“a”, “b”")
    epic = migrated(database)
    (task,) = epic.tasks
    assert task.wait == Wait(kind=WaitKind.LEGACY, quote="a word")
    assert (task.due_at, epic.due_at) == (reasons.AT_ONCE, reasons.AT_ONCE)
    assert epic.base_red == ("a", "b")
    assert task.fixes.queued_instruction == "Hurry."
    with database.read() as connection:
        (line,) = log_events.last(connection, 1, 9)
    assert line.notice == Notice(kind=NoticeKind.LEGACY, quote="agent FINISHED")


def test_a_retry_comes_when_it_was_to_come(database: Database) -> None:
    task = {
        "status": "PROCESSING",
        "retries_used": 2,
        "retry_at": NOW,
        "failure": "merge conflict",
        "waiting_for": "retry 2 of 3 at 09:12:44 UTC (merge conflict)",
    }
    first_shape(database, task, mistakes='["line 3: too long"]')
    epic = migrated(database)
    (found,) = epic.tasks
    conflict = failure(FailureKind.MERGE_CONFLICT)
    assert found.wait == Wait(kind=WaitKind.RETRY, retry=2, retries=3, until=NOW, failure=conflict)
    assert (found.failure, found.due_at, epic.due_at) == (conflict, None, None)
    mistake = ChecklistMistake(kind=ChecklistMistakeKind.LEGACY, line=3, quote="too long")
    assert epic.mistakes == (mistake,)


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        ("no", MergeRefusal(quote="no")),
        ("auto-merge is refused: no", MergeRefusal(quote="no", auto_merge=True)),
        ("the merge queue took it out", MergeRefusal()),
    ],
)
def test_a_pull_request_is_taken_apart(
    database: Database, refusal: str, expected: MergeRefusal
) -> None:
    stored = (
        '{"number": 7, "url": "", "head_sha": "a", "looks": 2, "called_off": 1,'
        f' "refused_merges": 3, "left_to_github": true, "refusal": "{refusal}",'
        ' "never_merged": true, "update_refusal": "later"}'
    )
    first_shape(database, {"pull_request": stored}, unreachable="the App was suspended")
    epic = migrated(database)
    request = epic.tasks[0].pull_request
    assert request is not None
    assert (request.number, request.fetches) == (7, 2)
    assert request.merge == MergeAttempts(
        auto_merge_requested=True, refused=3, cancelled=1, refusal=expected, forbidden=True
    )
    assert request.update == BranchUpdate(refusal="later")
    assert epic.unreachable is Interruption.SUSPENDED


def test_a_paused_epic_stays_paused(database: Database) -> None:
    task = {"status": "FAILED", "failure": "merge conflict"}
    reason = "task 1 failed: merge conflict"
    first_shape(database, task, status="PAUSED", pause_cause="failure", pause_reason=reason)
    epic = migrated(database)
    conflict = failure(FailureKind.MERGE_CONFLICT)
    assert epic.pause == Pause(kind=PauseKind.TASK_FAILED, task=1, failure=conflict)
    assert (epic.status, epic.due_at) == (EpicStatus.PAUSED, None)
    assert epic.tasks[0].status is TaskStatus.FAILED
