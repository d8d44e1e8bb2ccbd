"""An epic's own branch, and the final pull request that merges it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.observations import Review, ReviewState
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.refusals import RefusalKind
from bot.core.model.settings import EpicSettings
from bot.core.model.task import FINAL_PULL_REQUEST, Task
from tests.core.transitions.scenes import (
    FAILURE,
    GRACE,
    HEAD,
    NEXT,
    NOW,
    PAUSED_BY_FAILURE,
    PAUSED_BY_PERSON,
    REQUEST,
    after,
    asked,
    command,
    epic,
    kinds,
    later,
    refusals,
    seen,
    task,
)

DONE = task(TaskStatus.COMPLETED, merge_sha=NEXT, ended_at=NOW)
FINAL = Task(
    number=0,
    title="Widgets",
    status=TaskStatus.PR_OPEN,
    branch="epic/1",
    pull_request_number=20,
    pull_request=replace(REQUEST, number=20),
    wait=Wait(kind=WaitKind.PULL_REQUEST),
)
FAILED = replace(FINAL, status=TaskStatus.FAILED, failure=FAILURE, ended_at=NOW)
APPROVAL = Review(id=1, by=GRACE, state=ReviewState.APPROVED, sha=HEAD, submitted_at=NOW)


def branch(*tasks: Task, **facts: Any) -> Epic:
    known: dict[str, Any] = {"has_epic_branch": True, "base_branch": "epic/1", "tasks": tasks}
    return epic(settings={"grace": 0, "base_branch": "epic/{number}"}, **{**known, **facts})


def final_fetch(**facts: Any) -> events.PullRequestFetched:
    return seen(task_number=0, **{"head_branch": "epic/1", "number": 20, **facts})


def final(found: Epic) -> Task | None:
    return found.task(0)


def test_the_branch_is_made_before_the_first_launch() -> None:
    settings = EpicSettings(base_branch="epic/{number}")
    before = epic(tasks=(), status=EpicStatus.PENDING, base_branch=None)
    started = after(before, command("start", settings=settings))
    made = effects.CreateBaseBranch(branch="epic/1", source="main")
    assert made in asked(started)
    assert "LaunchAgent" not in kinds(started)
    assert kinds(after(started.epic, events.BaseReady())) == ["LaunchAgent"]


def test_when_all_is_done_one_pull_request_merges_it() -> None:
    merged = events.Merged(task=1, number=10, sha=NEXT)
    decision = after(branch(task(TaskStatus.MERGING)), merged)
    (opening,) = (one for one in asked(decision) if isinstance(one, effects.OpenPullRequest))
    assert (opening.branch, opening.base, opening.task) == ("epic/1", "main", 0)
    assert decision.epic.status is EpicStatus.ACTIVE


@pytest.mark.parametrize(
    ("reviews", "overridden", "merges"),
    [((), False, False), ((APPROVAL,), False, True), ((), True, True)],
)
def test_it_is_to_be_approved_unless_the_epic_says_otherwise(
    reviews: tuple[Review, ...], overridden: bool, merges: bool
) -> None:
    before = branch(FINAL, DONE)
    if overridden:
        before = after(before, command("set merge=green")).epic
    decision = after(before, final_fetch(reviews=reviews), now=later(60))
    assert ("MergePullRequest" in kinds(decision)) is merges


def test_the_epic_is_completed_once_it_is_merged() -> None:
    merging = replace(FINAL, status=TaskStatus.MERGING)
    decision = after(branch(merging, DONE), events.Merged(task=0, number=20, sha=NEXT))
    assert decision.epic.status is EpicStatus.COMPLETED
    assert kinds(decision) == ["DeleteBranch", "PostComment", "CloseIssue"]


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        (FAILED, "FetchPullRequest"),
        (replace(FAILED, pull_request=None, pull_request_number=None), "OpenPullRequest"),
        (
            replace(FAILED, pull_request=replace(REQUEST, number=20, is_open=False)),
            "OpenPullRequest",
        ),
    ],
    ids=["open", "never opened", "closed"],
)
def test_retry(failed: Task, expected: str) -> None:
    decision = after(branch(failed, DONE, **PAUSED_BY_FAILURE), command("retry"))
    if expected == "FetchPullRequest":
        decision = after(decision.epic, events.TimePassed())
    assert expected in kinds(decision)
    assert "LaunchAgent" not in kinds(decision)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("merge", ["React", "FetchPullRequest"]),
        ("skip", ["PostComment", "PostComment", "React"]),
        ("restart", ["React", "PostComment"]),
        ("fix Hurry", ["React", "PostComment"]),
    ],
)
def test_on_the_issue_commands_without_a_number_mean_it(text: str, expected: list[str]) -> None:
    assert sorted(kinds(after(branch(FINAL, DONE), command(text)))) == sorted(expected)


def test_on_the_issue_commands_without_a_number_are_unclear_while_more_is_left() -> None:
    more = branch(FINAL, DONE, Task(number=2, position=1, title="two"))
    assert refusals(after(more, command("merge"))) == [RefusalKind.WHICH_TASK]


def test_retry_while_paused_by_a_person() -> None:
    paused = branch(FAILED, DONE, **PAUSED_BY_PERSON)
    told = after(paused, command("retry"))
    assert "LaunchAgent" not in kinds(told)
    resumed = after(told.epic, command("resume", body="- [x] one\n"))
    assert "FetchPullRequest" in kinds(resumed)


def test_a_pause_before_it_is_opened() -> None:
    opening = replace(FINAL, pull_request=None, pull_request_number=None)
    paused = after(branch(opening, DONE), command("pause"))
    assert effects.work_on_task(FINAL_PULL_REQUEST) in paused.cancelled
    resumed = after(paused.epic, command("resume", body="- [x] one\n"))
    assert "OpenPullRequest" in kinds(resumed)


def test_skip_and_restart() -> None:
    skipped = after(branch(FINAL, DONE), replace(command("skip"), pull_request=20))
    assert skipped.epic.status is EpicStatus.PARTIAL_COMPLETED
    again = after(branch(FINAL, DONE), replace(command("restart"), pull_request=20))
    assert kinds(again) == ["React", "PostComment"]
    assert final(again.epic) == FINAL


def test_what_is_added_later_gets_another_pull_request() -> None:
    ended = replace(FINAL, status=TaskStatus.COMPLETED, merge_sha=HEAD, ended_at=NOW)
    last = replace(task(TaskStatus.MERGING), number=2, title="two")
    merged = events.Merged(task=2, number=10, sha=NEXT)
    decision = after(branch(ended, DONE, last), merged, now=later(60))
    assert "OpenPullRequest" in kinds(decision)
    assert decision.epic.status is EpicStatus.ACTIVE


def test_a_new_start_after_it_failed_launches_no_agent_for_it() -> None:
    ended = branch(replace(FAILED, status=TaskStatus.CANCELLED), DONE, status=EpicStatus.CANCELLED)
    body = "- [x] one\n- [ ] more\n"
    decision = after(ended, command("start", body=body))
    assert final(decision.epic) is None
    assert effects.all_about_pull_request(20) in decision.cancelled
    ready = after(decision.epic, events.BaseReady())
    (launch,) = (one for one in asked(ready) if isinstance(one, effects.LaunchAgent))
    assert launch.task == 2
