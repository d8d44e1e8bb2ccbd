"""A red base branch brakes; green goes on."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import events
from bot.core.epic import Epic, Task
from bot.core.identifiers import EpicStatus, TaskStatus
from bot.core.snapshots import BaseBranch, BranchRules
from tests.core.decide.scenes import (
    HEAD,
    NEXT,
    NOW,
    after,
    command,
    epic,
    first,
    kinds,
    later,
    seen,
    task,
)

RED, GREEN = BaseBranch(sha=NEXT, failed_checks=("test",)), BaseBranch(sha=NEXT)
DONE = task(TaskStatus.COMPLETED, merge_sha=NEXT, ended_at=NOW)


def looked(base: BaseBranch, **rules: Any) -> events.BaseSeen:
    return events.BaseSeen(branch="main", base=base, rules=BranchRules(**rules))


def red(first: Task | None = None, **facts: Any) -> Epic:
    return epic(first, base_red="“test”", **facts)


@pytest.mark.parametrize(
    ("base", "settings", "rules", "is_red"),
    [
        (RED, {}, {}, True),
        (RED, {"ignore_checks": ("test",)}, {}, False),
        (RED, {}, {"required_checks": ("lint",)}, False),
        (GREEN, {}, {}, False),
    ],
)
def test_what_counts_as_red(
    base: BaseBranch, settings: dict[str, Any], rules: dict[str, Any], is_red: bool
) -> None:
    decision = after(epic(settings=settings), looked(base, **rules))
    assert decision.epic.base_red == ("“test”" if is_red else None)
    assert kinds(decision) == (["LookAtBase"] if is_red else [])


def test_a_red_base_launches_nothing_and_offers_one_revert() -> None:
    decision = after(epic(DONE, base_red="“lint”"), command("status"))
    assert decision.epic.tasks[1].status is TaskStatus.PENDING
    before = epic(tasks=(DONE, replace(task(), number=2)))
    once = after(before, looked(RED))
    assert kinds(once) == ["LookAtBase", "OpenRevert"]
    assert kinds(after(once.epic, looked(RED))) == ["LookAtBase"]
    again = after(once.epic, looked(GREEN), looked(RED))
    assert kinds(again) == ["LookAtBase"]


def test_no_revert_for_somebody_else_s_commit() -> None:
    before = epic(replace(DONE, merge_sha=HEAD))
    assert "OpenRevert" not in kinds(after(before, looked(RED)))


def test_nothing_is_merged_while_red() -> None:
    decision = after(epic(settings={"grace": 0}), seen(base=RED))
    assert first(decision).status is TaskStatus.PR_OPEN
    assert "LookAtBase" in kinds(decision)
    assert "MergePullRequest" not in kinds(decision)


def test_green_goes_on() -> None:
    assert kinds(after(red(), looked(GREEN))) == ["LookAtPullRequest"]
    assert kinds(after(red(first=DONE), looked(GREEN))) == ["LaunchAgent"]


@pytest.mark.parametrize("text", ["retry 1", "restart 1"])
def test_commands_wait_for_green_too(text: str) -> None:
    failed = task(TaskStatus.FAILED, failure="no", pull_request=None, pull_request_number=None)
    decision = after(red(first=failed), command(text))
    assert "LaunchAgent" not in kinds(decision)
    assert first(decision).status is TaskStatus.PENDING
    assert "LaunchAgent" in kinds(after(decision.epic, looked(GREEN)))


def test_an_automatic_retry_waits_for_green() -> None:
    waiting = task(TaskStatus.PROCESSING, retry_at=NOW, retries_used=1)
    decision = after(red(first=waiting), events.TimePassed())
    assert kinds(decision) == []
    assert (first(decision).retry_at, first(decision).retries_used) == (later(60), 1)


def test_a_base_that_was_red_is_looked_at_when_a_start_falls_due() -> None:
    before = red(first=task(TaskStatus.PENDING, runs=()), status=EpicStatus.PENDING, start_at=NOW)
    assert kinds(after(before, events.TimePassed())) == ["LookAtBase"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (events.BaseChanged(branch="main", moved=True), ["LookAtPullRequest"]),
        (events.BaseChanged(branch="main", moved=False, failed=True), ["LookAtBase"]),
        (events.BaseChanged(branch="main", moved=False), []),
        (events.BaseChanged(branch="other", moved=True, failed=True), []),
    ],
)
def test_changed(event: events.Event, expected: list[str]) -> None:
    assert kinds(after(epic(), event)) == expected


@pytest.mark.parametrize(
    ("reason", "status", "expected"),
    [
        (None, EpicStatus.ACTIVE, ["LaunchAgent"]),
        ("no such branch", EpicStatus.PAUSED, ["PostComment"]),
    ],
)
def test_the_epic_s_own_branch(reason: str | None, status: EpicStatus, expected: list[str]) -> None:
    first_task = task(TaskStatus.PENDING, runs=(), pull_request=None, pull_request_number=None)
    before = epic(first_task, has_epic_branch=True, base_is_ready=False, base_branch="epic/1")
    assert kinds(after(before, events.TimePassed())) == []
    decision = after(before, events.BaseReady(reason=reason))
    assert (decision.epic.status, kinds(decision)) == (status, expected)
