"""A red base branch brakes; green goes on."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, CommitSha, EpicStatus, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.observations import BaseBranch, BranchRules, Check, CheckState
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.task import Task
from tests.core.transitions.scenes import (
    ADA,
    FAILURE,
    HEAD,
    NEXT,
    NOW,
    PAUSED_BY_FAILURE,
    PAUSED_BY_PERSON,
    RUN,
    after,
    asked,
    command,
    epic,
    first,
    kinds,
    later,
    seen,
    task,
    waits_for,
)

RED = BaseBranch(sha=NEXT, failed_checks=("test",))
OTHER = CommitSha("d" * 40)
PASSED = Check(name="test", state=CheckState.PASSED)
RUNNING = Check(name="test", state=CheckState.RUNNING)
GREEN = BaseBranch(sha=NEXT, has_checks=True, checks=(PASSED,))
DONE = task(TaskStatus.COMPLETED, merge_sha=NEXT, ended_at=NOW)


def fetched(base: BaseBranch, **rules: Any) -> events.BaseFetched:
    return events.BaseFetched(branch="main", base=base, rules=BranchRules(**rules))


def red(first: Task | None = None, **facts: Any) -> Epic:
    return epic(first, base_red=("test",), **facts)


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
    decision = after(epic(settings=settings), fetched(base, **rules))
    assert decision.epic.base_red == (("test",) if is_red else ())
    assert kinds(decision) == (["PostComment"] if is_red else [])
    assert decision.epic.due_at == (later(300) if is_red else None)


def test_a_base_turned_red_by_anybody_is_said_once() -> None:
    decision = after(epic(), fetched(RED))
    (said,) = asked(decision)
    assert isinstance(said, effects.PostComment)
    assert said.purpose == f"red:{NEXT}"
    assert said.message == Message(kind=MessageKind.NEEDS_PERSON, to=ADA, checks=("test",))
    assert asked(after(decision.epic, fetched(RED))) == []
    assert asked(after(decision.epic, seen(base=RED), now=later(500))) == []


def test_a_red_base_launches_nothing_and_offers_one_revert() -> None:
    decision = after(epic(DONE, base_red=("lint",)), command("status"))
    assert decision.epic.tasks[1].status is TaskStatus.PENDING
    before = epic(tasks=(DONE, replace(task(), number=2)))
    once = after(before, fetched(RED))
    assert kinds(once) == ["OpenRevert"]
    assert kinds(after(once.epic, fetched(RED))) == []
    again = after(once.epic, fetched(GREEN), fetched(RED))
    assert kinds(again) == []


def test_no_revert_for_somebody_else_s_commit() -> None:
    before = epic(replace(DONE, merge_sha=HEAD))
    assert "OpenRevert" not in kinds(after(before, fetched(RED)))


def test_nothing_is_merged_while_red() -> None:
    decision = after(epic(settings={"grace": 0}), seen(base=RED))
    assert first(decision).status is TaskStatus.PR_OPEN
    assert "MergePullRequest" not in kinds(decision)


def test_a_red_base_is_fetched_every_five_minutes_though_a_fetch_is_refused() -> None:
    seen_red = after(epic(DONE), fetched(RED))
    assert seen_red.epic.due_at == later(300)
    meanwhile = after(seen_red.epic, command("status"), now=later(299))
    assert meanwhile.epic.due_at == later(300)
    due = after(meanwhile.epic, events.TimePassed(), now=later(300))
    assert (kinds(due), due.epic.due_at) == (["FetchBase"], later(600))
    no = after(due.epic, events.BaseFetchRefused(branch="main", reason="no"), now=later(301))
    assert (no.epic.base_red, no.epic.due_at) == (("test",), later(600))
    notice = Notice(kind=NoticeKind.BASE_NOT_FETCHED, branch="main", quote="no")
    assert no.log == ((None, notice),)


def test_a_red_base_is_fetched_after_a_pause_and_not_in_it() -> None:
    paused = after(red(), command("pause"), fetched(RED))
    assert (paused.epic.base_red, paused.epic.due_at) == (("test",), None)
    failed = task(TaskStatus.FAILED)
    before = red(first=failed, **PAUSED_BY_FAILURE)
    assert "FetchBase" in kinds(after(before, command("skip 1")))


UNTOLD = BaseBranch(sha=OTHER)


@pytest.mark.parametrize(
    "running", [RUNNING, replace(RUNNING, name="unit", workflow_name="test")], ids=["it", "its job"]
)
def test_what_was_red_has_to_pass_on_the_next_head_too(running: Check) -> None:
    at_work = replace(UNTOLD, has_checks=True, checks=(running,))
    waits = after(red(), fetched(RED), fetched(UNTOLD))
    assert (kinds(waits), waits.epic.base_red, waits.epic.due_at) == ([], ("test",), later(90))
    still = after(waits.epic, fetched(at_work), now=later(3000))
    assert (kinds(still), still.epic.base_red) == ([], ("test",))
    passed = replace(at_work, checks=(replace(running, state=CheckState.PASSED),))
    assert kinds(after(still.epic, fetched(passed), now=later(3001))) == ["FetchPullRequest"]
    failed = after(still.epic, fetched(replace(RED, sha=OTHER)), now=later(3001))
    assert (kinds(failed), failed.epic.base_red) == ([], ("test",))


@pytest.mark.parametrize("base", [UNTOLD, replace(GREEN, sha=OTHER, checks=())])
def test_what_does_not_start_on_the_next_head_is_red_no_more(base: BaseBranch) -> None:
    waits = after(red(), fetched(base))
    early = after(waits.epic, fetched(base), now=later(89))
    assert (early.epic.base_red, early.epic.due_at) == (("test",), later(90))
    over = after(early.epic, fetched(base), now=later(90))
    assert (kinds(over), over.epic.base_red) == (["FetchPullRequest"], ())


def test_what_runs_again_on_the_red_head_has_yet_to_pass() -> None:
    again = replace(RED, failed_checks=(), has_checks=True, checks=(RUNNING,))
    waits = after(red(), fetched(RED), fetched(again))
    assert (kinds(waits), waits.epic.base_red) == ([], ("test",))


def test_nothing_is_merged_before_it_has_passed() -> None:
    at_work = replace(UNTOLD, has_checks=True, checks=(RUNNING,))
    held = after(red(settings={"grace": 0}), seen(base=at_work))
    assert (waits_for(held), held.epic.base_red) == (WaitKind.BASE_RED, ("test",))
    by_command = after(held.epic, command("merge 1"), seen(base=at_work))
    assert "MergePullRequest" in kinds(by_command)
    # A base that was not red is not waited for.
    assert "MergePullRequest" in kinds(after(epic(settings={"grace": 0}), seen(base=at_work)))


def test_green_goes_on() -> None:
    assert kinds(after(red(), fetched(GREEN))) == ["FetchPullRequest"]
    assert kinds(after(red(first=DONE), fetched(GREEN))) == ["LaunchAgent"]


@pytest.mark.parametrize(
    ("text", "kind"), [("retry 1", "SendFollowUp"), ("restart 1", "LaunchAgent")]
)
def test_commands_wait_for_green_too(text: str, kind: str) -> None:
    failed = task(TaskStatus.FAILED, failure=FAILURE, pull_request=None, pull_request_number=None)
    decision = after(red(first=failed), command(text))
    assert kind not in kinds(decision)
    assert first(decision).status is TaskStatus.PENDING
    assert kind in kinds(after(decision.epic, fetched(GREEN)))


def test_an_automatic_retry_waits_for_green() -> None:
    waiting = task(TaskStatus.PROCESSING, retry_at=NOW, retries_used=1)
    decision = after(red(first=waiting), events.TimePassed())
    assert kinds(decision) == ["FetchBase"]
    assert (first(decision).retry_at, first(decision).retries_used) == (later(60), 1)
    assert first(decision).wait == Wait(kind=WaitKind.BASE_RED, branch="main", checks=("test",))
    green = after(decision.epic, fetched(GREEN), events.TimePassed(), now=later(60))
    assert kinds(green) == ["LaunchAgent"]


GONE = events.FollowUpRefused(run=RUN.id, reason="archived")
NO_WORK = events.WorkFetched(task=1, run=RUN.id, commits_ahead=0)


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (AgentStatus.CREATING, GONE),
        (AgentStatus.STOPPED, NO_WORK),
        (AgentStatus.FAILED, command("fix 1 Do better")),
    ],
    ids=["no follow-up", "stopped before", "sent back"],
)
def test_every_launch_waits_for_green(status: AgentStatus, event: events.Event) -> None:
    run = replace(RUN, status=status, stop_requested=True)
    at = TaskStatus.PR_OPEN if status is AgentStatus.FAILED else TaskStatus.PROCESSING
    decision = after(red(first=task(at, runs=(run,))), event)
    assert "LaunchAgent" not in kinds(decision)
    assert (first(decision).status, first(decision).retry_at) == (TaskStatus.PROCESSING, later(60))
    green = after(decision.epic, fetched(GREEN), events.TimePassed(), now=later(60))
    assert kinds(green) == ["LaunchAgent"]


def test_resume_launches_nothing_on_a_red_base() -> None:
    lost = task(TaskStatus.PROCESSING, runs=(replace(RUN, lost=True),))
    before = red(first=lost, **PAUSED_BY_PERSON)
    decision = after(before, command("resume", base=RED, base_rules=BranchRules()))
    assert "LaunchAgent" not in kinds(decision)
    assert first(decision).retry_at == later(60)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (events.BaseChanged(branch="main", moved=True), ["FetchPullRequest"]),
        (events.BaseChanged(branch="main", moved=False, failed=True), ["FetchBase"]),
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


def test_cancelled_workflows_of_the_base_run_once_more_before_a_person_is_asked() -> None:
    cancelled = BaseBranch(
        sha=HEAD, has_checks=True, interrupted_checks=("test",), interrupted_runs=(9,)
    )
    fetched = events.BaseFetched(branch="main", base=cancelled, rules=BranchRules())
    once = after(epic(), fetched)
    assert kinds(once) == ["RerunBase"]
    assert once.epic.known_base.unfinished == ("test",)
    again = after(once.epic, fetched)
    assert kinds(again) == ["PostComment"]
    failed = replace(fetched, base=replace(cancelled, failed_checks=("test",)))
    assert kinds(after(again.epic, failed)) == ["PostComment"]
    assert after(again.epic, failed).epic.known_base.unfinished == ()


def test_what_waits_for_a_person_on_the_base_is_not_run_again() -> None:
    blocked = BaseBranch(sha=HEAD, has_checks=True, interrupted_checks=("test",))
    fetched = events.BaseFetched(branch="main", base=blocked, rules=BranchRules())
    assert kinds(after(epic(), fetched)) == ["PostComment"]
