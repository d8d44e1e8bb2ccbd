import json
from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, CommitSha, TaskStatus
from bot.core.model.settings import EpicSettings, OnFailure
from bot.core.model.task import FINAL_PULL_REQUEST
from bot.rendering.epic_view import epic_view
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, at, epic, paused, pending
from tests.rendering.log import line


def test_statistics() -> None:
    tasks = (MERGED, FAILED, OPEN, LATER, replace(LATER, status=TaskStatus.SKIPPED))
    numbers = epic_view(epic(*tasks, ended_at=at(2)), at(10)).statistics
    assert (numbers.total, numbers.completed, numbers.failed, numbers.skipped) == (5, 1, 1, 1)
    assert (numbers.under_way, numbers.pending, numbers.retries) == (1, 1, 2)
    assert (numbers.percent, numbers.duration) == (20, 120)


def test_no_tasks_are_no_division() -> None:
    assert epic_view(pending(body=""), at(0)).statistics.percent == 0


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
    assert epic_view(facts, now).expected_end == end


def test_the_planned_tasks_come_from_the_approved_text() -> None:
    tasks = epic_view(pending(), at(0)).tasks
    assert [(task.number, task.title, task.status) for task in tasks] == [
        (1, "Add the model", TaskStatus.PENDING),
        (2, "Choose a name", TaskStatus.COMPLETED),
    ]


def test_the_final_pull_request_is_none_of_the_tasks() -> None:
    final = replace(OPEN, number=FINAL_PULL_REQUEST, retries_used=5)
    shown = epic_view(epic(final, MERGED), at(10))
    assert [task.number for task in shown.tasks] == [1]
    assert shown.final_pull_request is not None
    assert shown.final_pull_request.pull_request_number == 13
    numbers = shown.statistics
    assert (numbers.total, numbers.percent, numbers.under_way, numbers.retries) == (1, 100, 0, 0)
    assert shown.expected_end is None


def test_payload_of_settings_is_plain() -> None:
    settings = EpicSettings(model="o3", on_failure=OnFailure.STOP, mention=False)
    payload = epic_view(pending(settings=settings, start_at=at(60)), at(10)).payload()
    read = json.loads(json.dumps(payload, default=str))
    assert read["settings"] == [["model", "o3"], ["on_failure", "stop"]]
    assert (read["mention"], read["final_pull_request"]) == (False, None)
    assert read["start_at"].startswith("2026-11-21 13:04")


def test_payload_is_plain() -> None:
    log = [line(1, "agent launched", 1)]
    merged = replace(MERGED, merge_sha=CommitSha("b" * 40))
    payload = epic_view(epic(merged), at(10), log).payload()
    assert json.loads(json.dumps(payload, default=str))["tasks"][0]["merge_sha"] == "b" * 40
    assert payload["log"][0]["text"] == "agent launched"
    assert payload["status"] == "ACTIVE"


def test_payload_has_reasons_as_codes() -> None:
    read = json.loads(json.dumps(epic_view(paused(), at(10)).payload(), default=str))
    assert (read["pause"]["kind"], read["pause"]["task"]) == ("task_failed", 2)
    assert read["tasks"][1]["failure"]["kind"] == "checks_failed"
    assert [(way["verb"], way["task"]) for way in read["ways"]][:2] == [("retry", 2), ("skip", 2)]


@pytest.mark.parametrize(
    ("status", "works"), [(AgentStatus.RUNNING, True), (AgentStatus.STOPPED, False)]
)
def test_whether_the_agent_works(status: AgentStatus, works: bool) -> None:
    task = replace(OPEN, runs=(replace(OPEN.runs[0], status=status, summary="Hm."),))
    shown = epic_view(epic(task), at(10)).tasks[0]
    assert (shown.agent_works, shown.agent_said, shown.agent_since) == (works, "Hm.", at(9))
