import json
from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.epic import Epic
from bot.core.identifiers import CommitSha, TaskStatus
from bot.rendering.status import LogText, standing
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, at, epic, paused, pending


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
