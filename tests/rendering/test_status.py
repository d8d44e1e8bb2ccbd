import json
from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.epic import Epic
from bot.core.identifiers import CommitSha, EpicStatus, TaskStatus
from bot.rendering.status import LogText, clock, standing, waiting_for
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, START, at, epic, paused, pending


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (epic(), "task 2: check “test” to finish"),
        (epic(replace(OPEN, waiting_for=None)), "task 2: its pull request"),
        (epic(MERGED, LATER), "task 3: its launch"),
        (epic(replace(LATER, retry_at=at(12))), "task 3: tried again at 21 Nov 12:16 UTC"),
        (epic(MERGED), None),
        (
            epic(throttled_by="Cursor", throttled_until=at(20)),
            "Cursor, throttled until 21 Nov 12:24 UTC",
        ),
        (epic(throttled_by="Cursor", throttled_until=at(5)), "task 2: check “test” to finish"),
        (pending(), "`/orchestra start` from somebody with write permission"),
        (pending(mistakes=("line 1: no",)), "a corrected checklist"),
        (pending(body=""), "a checklist"),
        (
            paused(),
            "a person (task 2 failed: check “test” failed); `/orchestra retry 2` or"
            " `/orchestra skip 2` or `/orchestra resume` goes on",
        ),
        (
            paused(tasks=(replace(FAILED, pull_request_number=None),), pause_reason=None),
            "a person; `/orchestra retry 2` or `/orchestra skip 2` goes on",
        ),
        (
            paused(tasks=(OPEN,), pause_reason="paused by @octocat"),
            "a person (paused by @octocat); `/orchestra resume` goes on",
        ),
        (epic(status=EpicStatus.CANCELLED), None),
    ],
)
def test_waiting_for(facts: Epic, words: str | None) -> None:
    assert waiting_for(facts, at(10)) == words


def test_statistics() -> None:
    tasks = (MERGED, FAILED, OPEN, LATER, replace(LATER, status=TaskStatus.SKIPPED))
    numbers = standing(epic(*tasks, ended_at=at(2)), at(10)).statistics
    assert (numbers.total, numbers.completed, numbers.failed, numbers.skipped) == (5, 1, 1, 1)
    assert (numbers.under_way, numbers.pending, numbers.retries) == (1, 1, 2)
    assert (numbers.percent, numbers.duration) == (20, 120)


def test_no_tasks_are_no_division() -> None:
    assert standing(pending(body=""), at(0)).statistics.percent == 0


@pytest.mark.parametrize(
    ("facts", "now", "end"),
    [
        (epic(), at(10), at(27)),  # two tasks left since 12:13, nine minutes each
        (epic(), at(28), None),
        (epic(OPEN, LATER), at(10), None),
        (epic(MERGED), at(10), None),
        (paused(), at(10), None),
    ],
)
def test_expected_end(facts: Epic, now: datetime, end: datetime | None) -> None:
    assert standing(facts, now).expected_end == end


def test_the_planned_tasks_come_from_the_approved_text() -> None:
    tasks = standing(pending(), at(0)).tasks
    assert [(task.number, task.title, task.status) for task in tasks] == [
        (1, "Add the model", TaskStatus.PENDING),
        (2, "Choose a name", TaskStatus.COMPLETED),
    ]


def test_payload_is_plain() -> None:
    log = [LogText(at=at(1), task=1, text="agent launched")]
    merged = replace(MERGED, merge_sha=CommitSha("b" * 40))
    payload = standing(epic(merged), at(10), log).payload()
    assert json.loads(json.dumps(payload, default=str))["tasks"][0]["merge_sha"] == "b" * 40
    assert payload["log"][0]["text"] == "agent launched"
    assert payload["status"] == "ACTIVE"


def test_clock() -> None:
    assert clock(START) == "21 Nov 12:04 UTC"
    assert clock(at(3), START) == "12:07 UTC"
    assert clock(at(24 * 60), START) == "22 Nov 12:04 UTC"
