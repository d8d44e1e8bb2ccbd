"""Commands about single tasks."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects
from bot.core.epic import Epic, Fixes, PauseCause
from bot.core.identifiers import EpicStatus, TaskStatus
from bot.core.settings import OnFailure
from tests.core.decide.scenes import (
    AT_WORK,
    BODY,
    HEAD,
    REQUEST,
    after,
    asked,
    command,
    epic,
    first,
    fixes,
    kinds,
    seen,
    task,
)

BUSY = task(TaskStatus.PROCESSING, runs=(AT_WORK,))
FAILED = task(TaskStatus.FAILED, failure="no", fixes=Fixes(checks=2, checked_head=HEAD))
PENDING = task(TaskStatus.PENDING, runs=(), pull_request=None, pull_request_number=None)
PERSON: dict[str, Any] = {"status": EpicStatus.PAUSED, "pause_cause": PauseCause.PERSON}
FAILURE: dict[str, Any] = {"status": EpicStatus.PAUSED, "pause_cause": PauseCause.FAILURE}
ANSWERED = ["React", "PostComment"]


def test_restart_gives_up_the_pull_request_and_begins_on_a_new_branch() -> None:
    decision = after(epic(BUSY), command("restart 1"))
    assert kinds(decision) == [
        "StopAgent",
        "PostComment",
        "ClosePullRequest",
        "LaunchAgent",
        "React",
    ]
    (launch,) = (one for one in asked(decision) if isinstance(one, effects.LaunchAgent))
    assert (launch.start_ref, launch.pull_request_url) == ("main", None)
    assert launch.branch != "b1"
    assert (first(decision).attempts, fixes(decision)) == (2, Fixes())


def test_restart_while_paused_waits_for_resume() -> None:
    decision = after(epic(task(), **PERSON), command("restart 1"))
    assert "LaunchAgent" not in kinds(decision)
    assert "LaunchAgent" in kinds(after(decision.epic, command("resume")))


@pytest.mark.parametrize("status", [TaskStatus.COMPLETED, TaskStatus.PENDING])
def test_nothing_to_restart(status: TaskStatus) -> None:
    before = epic(task(status), tasks=(task(status), replace(BUSY, number=2)))
    assert kinds(after(before, command("restart 1"))) == ANSWERED


@pytest.mark.parametrize(
    ("before", "looks"),
    [
        (epic(), True),
        (epic(FAILED, **FAILURE), True),
        (epic(task(TaskStatus.MERGING)), False),
        (epic(BUSY), False),
        (epic(task(pull_request=replace(REQUEST, is_open=False))), False),
        (epic(**PERSON), False),
    ],
)
def test_merge(before: Epic, looks: bool) -> None:
    decision = after(before, command("merge 1"))
    assert ("LookAtPullRequest" in kinds(decision)) is looks
    assert first(decision).merge_now is looks
    if looks:
        assert "MergePullRequest" in kinds(after(decision.epic, seen()))


@pytest.mark.parametrize("before", [epic(), epic(FAILED, **FAILURE)])
def test_fix_sends_the_agent_back(before: Epic) -> None:
    decision = after(before, command("fix 1 Use tabs."))
    (follow_up,) = (one for one in asked(decision) if isinstance(one, effects.SendFollowUp))
    assert "Use tabs." in follow_up.prompt
    assert decision.epic.status is EpicStatus.ACTIVE


def test_fix_waits_for_the_end_of_the_turn() -> None:
    told = after(epic(BUSY), command("fix 1 Use tabs."))
    assert (kinds(told), fixes(told).wanted) == (ANSWERED, "Use tabs.")
    done = epic(replace(first(told), runs=(replace(AT_WORK, status=task().runs[0].status),)))
    decision = after(done, seen())
    assert kinds(decision) == ["SendFollowUp"]
    assert (fixes(decision).wanted, first(decision).feedback) == (None, "Use tabs.")


@pytest.mark.parametrize(
    ("text", "titles", "nth"),
    [
        ("add three", ["one", "two", "three"], 0),
        ("add three after 1", ["one", "three", "two"], 0),
        ("add two after 1", ["one", "two", "two"], 1),
        ("add two", ["one", "two", "two"], 1),
    ],
)
def test_add_after_the_start(text: str, titles: list[str], nth: int) -> None:
    decision = after(epic(BUSY), command(text))
    in_order = sorted(decision.epic.tasks, key=lambda one: one.position)
    assert [one.title for one in in_order] == titles
    (line,) = (one for one in asked(decision) if isinstance(one, effects.AddLine))
    assert (line.task, line.same_title_before) == (3, nth)
    assert sorted(one.same_title_before for one in in_order if one.title == "two") in ([0], [0, 1])


def test_add_before_the_start() -> None:
    before = epic(tasks=(), status=EpicStatus.PENDING)
    decision = after(before, command("add three"))
    assert decision.epic.tasks == ()
    assert decision.epic.body == f"{BODY}- [ ] three\n"
    assert "AddLine" in kinds(decision)


@pytest.mark.parametrize("text", ["add three after 9", "restart 9", "merge 9", "fix 9 No."])
def test_no_such_task(text: str) -> None:
    assert kinds(after(epic(BUSY), command(text))) == ANSWERED


def test_retry_has_fresh_rounds() -> None:
    decision = after(epic(FAILED, **FAILURE), command("retry 1"))
    assert kinds(decision) == ["SendFollowUp", "React"]
    assert (fixes(decision), decision.epic.status) == (Fixes(), EpicStatus.ACTIVE)


def test_retry_beside_a_task_under_way_ends_the_pause() -> None:
    other = replace(task(look_at=None), number=2)
    before = epic(tasks=(FAILED, other), **FAILURE)
    decision = after(before, command("retry 1"))
    assert decision.epic.status is EpicStatus.ACTIVE
    assert decision.epic.look_at is not None


@pytest.mark.parametrize(
    ("on_failure", "epic_status", "second", "expected"),
    [
        (OnFailure.PAUSE, EpicStatus.PAUSED, TaskStatus.PENDING, ["PostComment"]),
        (OnFailure.CONTINUE, EpicStatus.ACTIVE, TaskStatus.PROCESSING, ["LaunchAgent"]),
        (OnFailure.STOP, EpicStatus.FAILED, TaskStatus.CANCELLED, ["PostComment"]),
    ],
)
def test_on_failure(
    on_failure: OnFailure, epic_status: EpicStatus, second: TaskStatus, expected: list[str]
) -> None:
    decision = after(epic(settings={"on_failure": on_failure}), seen(is_open=False))
    assert (decision.epic.status, decision.epic.tasks[1].status) == (epic_status, second)
    assert kinds(decision) == expected
    assert first(decision).failure == "pull request closed without a merge"
