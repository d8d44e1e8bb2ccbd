"""Commands about single tasks."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.epic import Epic
from bot.core.model.fixes import Fixes
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.model.mistakes import ChecklistMistake, ChecklistMistakeKind
from bot.core.model.notices import NoticeKind
from bot.core.model.observations import Check, CheckState
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, WaitKind
from bot.core.model.refusals import RefusalKind
from bot.core.model.settings import OnFailure
from bot.core.model.task import Task
from bot.core.transitions.dispatch import Decision
from tests.core.transitions.scenes import (
    AT_WORK,
    BODY,
    FAILURE,
    HEAD,
    NOW,
    PAUSED_BY_FAILURE,
    PAUSED_BY_PERSON,
    REQUEST,
    after,
    asked,
    command,
    epic,
    first,
    fixes,
    kinds,
    notices,
    refusals,
    seen,
    task,
    waits_for,
)

BUSY = task(TaskStatus.PROCESSING, runs=(AT_WORK,))
FAILED = task(TaskStatus.FAILED, failure=FAILURE, fixes=Fixes(checks=2, checked_head=HEAD))
CLOSED = replace(FAILED, pull_request=replace(REQUEST, is_open=False))
PENDING = task(TaskStatus.PENDING, runs=(), pull_request=None, pull_request_number=None)
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
    decision = after(epic(task(), **PAUSED_BY_PERSON), command("restart 1"))
    assert "LaunchAgent" not in kinds(decision)
    assert "LaunchAgent" in kinds(after(decision.epic, command("resume")))


@pytest.mark.parametrize("status", [TaskStatus.COMPLETED, TaskStatus.PENDING])
def test_nothing_to_restart(status: TaskStatus) -> None:
    before = epic(task(status), tasks=(task(status), replace(BUSY, number=2)))
    assert kinds(after(before, command("restart 1"))) == ANSWERED


@pytest.mark.parametrize(
    ("before", "fetches"),
    [
        (epic(), True),
        (epic(FAILED, **PAUSED_BY_FAILURE), True),
        (epic(task(TaskStatus.MERGING)), False),
        (epic(BUSY), False),
        (epic(task(pull_request=replace(REQUEST, is_open=False))), False),
        (epic(**PAUSED_BY_PERSON), False),
    ],
)
def test_merge(before: Epic, fetches: bool) -> None:
    decision = after(before, command("merge 1"))
    assert ("FetchPullRequest" in kinds(decision)) is fetches
    assert first(decision).merge_now is fetches
    if fetches:
        assert "MergePullRequest" in kinds(after(decision.epic, seen()))


OTHER = replace(FAILED, number=2, position=1, title="two", pull_request_number=11)


@pytest.mark.parametrize("text", ["merge 1", "skip 1", "retry 1", "fix 1 Use tabs."])
def test_what_is_done_about_one_of_two_failures_lifts_the_pause(text: str) -> None:
    left = Task(number=3, position=2, title="three")
    before = epic(FAILED, tasks=(FAILED, OTHER, left), **PAUSED_BY_FAILURE)
    assert after(before, command(text)).epic.status is EpicStatus.ACTIVE


def test_to_skip_one_of_two_failures_does_not_end_the_epic() -> None:
    one = after(epic(FAILED, tasks=(FAILED, OTHER), **PAUSED_BY_FAILURE), command("skip 1"))
    pause = Pause(kind=PauseKind.TASK_FAILED, task=2, failure=FAILURE)
    assert (one.epic.status, one.epic.pause) == (EpicStatus.PAUSED, pause)
    both = after(one.epic, command("skip 2"))
    assert both.epic.status is EpicStatus.PARTIAL_COMPLETED


def test_to_skip_what_has_not_failed_does_not_lift_the_pause() -> None:
    decision = after(epic(FAILED, **PAUSED_BY_FAILURE), command("skip 2"))
    assert decision.epic.status is EpicStatus.PAUSED


@pytest.mark.parametrize(("required", "merges"), [("other", True), ("lint", False)])
def test_merge_of_a_failed_task_goes_past_a_check_that_is_not_required(
    required: str, merges: bool
) -> None:
    asked_for = after(epic(FAILED, **PAUSED_BY_FAILURE), command("merge 1"))
    lint = Check(name="lint", state=CheckState.FAILED)
    required_check = Check(name=required, state=CheckState.PASSED)
    checks = (lint,) if required == "lint" else (lint, required_check)
    decision = after(asked_for.epic, seen({"required_checks": (required,)}, checks=checks))
    assert ("MergePullRequest" in kinds(decision)) is merges


@pytest.mark.parametrize("before", [epic(), epic(FAILED, **PAUSED_BY_FAILURE)])
def test_fix_sends_the_agent_back(before: Epic) -> None:
    decision = after(before, command("fix 1 Use tabs."))
    (follow_up,) = (one for one in asked(decision) if isinstance(one, effects.SendFollowUp))
    assert "Use tabs." in follow_up.prompt
    assert decision.epic.status is EpicStatus.ACTIVE


def test_fix_waits_for_the_end_of_the_turn() -> None:
    told = after(epic(BUSY), command("fix 1 Use tabs."))
    assert (kinds(told), fixes(told).queued_instruction) == (ANSWERED, "Use tabs.")
    done = epic(replace(first(told), runs=(replace(AT_WORK, status=task().runs[0].status),)))
    decision = after(done, seen())
    assert kinds(decision) == ["SendFollowUp"]
    assert (fixes(decision).queued_instruction, first(decision).feedback) == (None, "Use tabs.")


def test_what_is_to_be_told_later_is_told_together() -> None:
    told = after(epic(BUSY), command("fix 1 Use tabs."), command("fix 1 Hurry."))
    assert fixes(told).queued_instruction == "Use tabs.\nHurry."


def test_what_is_to_be_told_later_has_a_limit() -> None:
    full = after(epic(BUSY), *[command(f"fix 1 {'x' * 5_000}")] * 3)
    assert fixes(full).queued_instruction == f"{'x' * 5_000}\n{'x' * 5_000}"
    assert refusals(full) == [RefusalKind.TOO_MANY_INSTRUCTIONS]


def test_fix_of_an_agent_that_a_pause_has_stopped() -> None:
    decision = after(epic(BUSY), command("pause"), command("fix 1 Use tabs."))
    assert fixes(decision).queued_instruction is None
    assert refusals(decision) == [RefusalKind.PAUSED]


CONTINUE = {"on_failure": OnFailure.CONTINUE}
AT_WORK_ON_TWO = replace(BUSY, number=2, position=1, title="two", pull_request_number=None)


def test_fix_of_a_failed_task_waits_while_another_agent_is_at_work() -> None:
    before = epic(FAILED, CONTINUE, tasks=(FAILED, AT_WORK_ON_TWO))
    decision = after(before, command("fix 1 Use tabs."))
    assert kinds(decision) == ANSWERED
    assert notices(decision) == [NoticeKind.FIX_AFTER_OTHERS]
    in_turn = after(decision.epic, command("skip 2"))
    (told,) = (one for one in asked(in_turn) if isinstance(one, effects.SendFollowUp))
    assert "Use tabs." in told.prompt


def test_fix_of_a_failed_task_waits_for_a_green_base() -> None:
    decision = after(epic(FAILED, CONTINUE, base_red=("x",)), command("fix 1 Use tabs."))
    assert kinds(decision) == ANSWERED
    green = replace(decision.epic, base_red=())
    assert "SendFollowUp" in kinds(after(green, events.TimePassed()))


@pytest.mark.parametrize(
    "failed",
    [
        replace(FAILED, pull_request=None, pull_request_number=None),
        replace(FAILED, pull_request=replace(REQUEST, is_open=False)),
    ],
    ids=["no pull request", "closed"],
)
def test_resume_leaves_a_failure_that_the_epic_goes_on_after(failed: Task) -> None:
    before = epic(failed, CONTINUE, tasks=(failed, AT_WORK_ON_TWO))
    decision = after(before, command("pause"), command("resume"))
    assert decision.epic.status is EpicStatus.ACTIVE
    assert [one.status for one in decision.epic.tasks] == [
        TaskStatus.FAILED,
        TaskStatus.PROCESSING,
    ]


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


def added(decision: Decision) -> list[effects.AddLine]:
    return [one for one in asked(decision) if isinstance(one, effects.AddLine)]


def test_the_same_line_is_added_as_often_as_it_is_asked_for() -> None:
    again = replace(command("add three"), comment_id=10)
    first_time = after(epic(tasks=(), status=EpicStatus.PENDING), command("add three"))
    second_time = after(first_time.epic, again)
    removed_since = after(replace(first_time.epic, body=BODY), again)
    keys = {added(one)[0].key for one in (first_time, second_time, removed_since)}
    assert keys == {"AddLine:9:1", "AddLine:10:1"}
    assert added(second_time)[0].same_title_before == 1


@pytest.mark.parametrize(
    ("number", "after_title", "nth"), [(1, "one", 0), (2, "two", 0), (3, "one", 1)]
)
def test_add_after_a_line_before_the_start(number: int, after_title: str, nth: int) -> None:
    before = epic(tasks=(), status=EpicStatus.PENDING, body=f"{BODY}- [ ] one\n")
    (line,) = added(after(before, command(f"add three after {number}")))
    assert (line.after, line.after_same_title_before) == (after_title, nth)


def test_add_after_a_line_that_is_not_there() -> None:
    before = epic(tasks=(), status=EpicStatus.PENDING)
    decision = after(before, command("add three after 3"))
    assert (kinds(decision), refusals(decision)) == (ANSWERED, [RefusalKind.NO_SUCH_TASK])


@pytest.mark.parametrize("status", [EpicStatus.PENDING, EpicStatus.ACTIVE])
def test_nothing_is_added_to_a_mistaken_checklist(status: EpicStatus) -> None:
    mistake = ChecklistMistake(kind=ChecklistMistakeKind.TITLE_TOO_LONG, line=3)
    decision = after(epic(status=status, mistakes=(mistake,)), command("add three"))
    assert kinds(decision) == ANSWERED
    assert refusals(decision) == [RefusalKind.CHECKLIST_MISTAKES]


@pytest.mark.parametrize("text", ["add three after 9", "restart 9", "merge 9", "fix 9 No."])
def test_no_such_task(text: str) -> None:
    assert kinds(after(epic(BUSY), command(text))) == ANSWERED


def test_retry_allows_every_round_again() -> None:
    decision = after(epic(FAILED, **PAUSED_BY_FAILURE), command("retry 1"))
    assert kinds(decision) == ["SendFollowUp", "React"]
    assert (fixes(decision), decision.epic.status) == (Fixes(), EpicStatus.ACTIVE)


def test_retry_beside_a_task_under_way_ends_the_pause() -> None:
    other = replace(task(due_at=None), number=2)
    before = epic(tasks=(FAILED, other), **PAUSED_BY_FAILURE)
    decision = after(before, command("retry 1"))
    assert decision.epic.status is EpicStatus.ACTIVE
    assert decision.epic.due_at is not None


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
    closed = Failure(kind=FailureKind.PULL_REQUEST_CLOSED, pull_request=10)
    assert first(decision).failure == closed


@pytest.mark.parametrize(
    ("before", "happened"),
    [
        (task(), [command("restart 1")]),
        (CLOSED, [command("retry 1"), seen(is_open=False)]),
    ],
)
def test_fetches_of_what_was_given_up_are_cancelled(
    before: Task, happened: list[events.Event]
) -> None:
    decision = after(epic(before), *happened)
    assert effects.all_about_pull_request(REQUEST.number) in decision.cancelled


def test_a_retry_looks_for_what_replaced_a_closed_pull_request() -> None:
    looking = after(epic(CLOSED), command("retry 1"))
    assert kinds(looking) == ["FetchWork", "React"]
    assert waits_for(looking) is WaitKind.REPLACEMENT
    found = after(looking.epic, seen(number=11, is_open=True))
    assert (first(found).pull_request_number, first(found).failure) == (11, None)
    assert "LaunchAgent" not in kinds(found)
    not_found = after(looking.epic, seen(is_open=False))
    assert kinds(not_found) == ["LaunchAgent"]
    assert first(not_found).pull_request is None


@pytest.mark.parametrize("by_bot", [True, False])
def test_an_agent_at_work_may_close_its_own_pull_request(by_bot: bool) -> None:
    before = epic(task(TaskStatus.PROCESSING, runs=(AT_WORK,)))
    decision = after(before, seen(is_open=False, closed_by_bot=by_bot))
    status = TaskStatus.PROCESSING if by_bot else TaskStatus.FAILED
    assert first(decision).status is status
    ended = replace(AT_WORK, status=AgentStatus.FINISHED, ended_at=NOW)
    before = epic(task(TaskStatus.PROCESSING, runs=(ended,)))
    decision = after(before, seen(is_open=False, closed_by_bot=by_bot))
    assert first(decision).status is TaskStatus.FAILED


@pytest.mark.parametrize("paused", [{}, PAUSED_BY_PERSON], ids=["launched", "paused"])
@pytest.mark.parametrize("is_open", [True, False])
def test_a_late_fetch_does_not_bring_back_what_was_given_up(
    paused: dict[str, Any], is_open: bool
) -> None:
    decision = after(epic(task(), **paused), command("restart 1"))
    assert after(decision.epic, seen(is_open=is_open)).epic == decision.epic
