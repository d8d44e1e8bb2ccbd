"""The merge: asked for, held back, queued, left to GitHub, refused."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.decide import Decision
from bot.core.epic import PullRequest, Task
from bot.core.identifiers import EpicStatus, TaskStatus
from bot.core.settings import MergeMethod, MergeWhen
from tests.core.decide.scenes import (
    HEAD,
    NEXT,
    REQUEST,
    after,
    asked,
    epic,
    first,
    kinds,
    later,
    seen,
    task,
)

MERGING = task(TaskStatus.MERGING)
QUEUED = task(TaskStatus.MERGING, pull_request=replace(REQUEST, is_queued=True))
HELD_BACK = events.MergeHeldBack(task=1, by=7)
REFUSED = events.MergeRefused(task=1, head=HEAD, reason="no")
BLOCKED = {"other_rules": ("signatures",), "auto_merge_allowed": True}


def request(decision: Decision) -> PullRequest:
    found = first(decision).pull_request
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("wanted", "allowed", "method"),
    [
        (None, ("squash", "merge"), "squash"),
        (None, ("rebase",), "rebase"),
        (MergeMethod.MERGE, ("squash", "merge"), "merge"),
        (MergeMethod.REBASE, ("squash",), None),
        (None, (), None),
    ],
)
def test_the_method(
    wanted: MergeMethod | None, allowed: tuple[str, ...], method: str | None
) -> None:
    settings = {"merge_method": wanted, "grace": 0}
    decision = after(epic(settings=settings), seen({"merge_methods": allowed}))
    merges = [one for one in asked(decision) if isinstance(one, effects.MergePullRequest)]
    assert [merge.method for merge in merges] == ([method] if method else [])
    assert first(decision).status is (TaskStatus.MERGING if method else TaskStatus.FAILED)


def test_a_pull_request_from_a_fork_is_never_merged() -> None:
    decision = after(epic(settings={"grace": 0}), seen(is_same_repository=False))
    assert "MergePullRequest" not in kinds(decision)
    assert first(decision).status is TaskStatus.FAILED
    assert first(decision).failure == "pull request #10 comes from a fork"


def test_held_back_is_looked_at_again_soon() -> None:
    decision = after(epic(MERGING), HELD_BACK)
    assert first(decision).status is TaskStatus.PR_OPEN
    assert first(decision).waiting_for == "the merge that #7 has under way into `main`"
    assert first(decision).look_at == later(5)


@pytest.mark.parametrize(
    ("other", "waits"),
    [
        (MERGING, "the merge of task 1"),
        (QUEUED, "GitHub to merge it"),
        (replace(MERGING, number=0), "GitHub to merge it"),
    ],
    ids=["the same base", "GitHub's queue", "another base"],
)
def test_one_merge_at_a_time_within_an_epic(other: Task, waits: str) -> None:
    second = replace(task(), number=2, pull_request_number=11)
    before = epic(settings={"grace": 0}, tasks=(other, second), base_branch="epic/1")
    decision = after(before, seen(task_number=2, number=11, base_branch="epic/1"))
    judged = decision.epic.task(2)
    assert judged is not None
    assert judged.waiting_for == waits
    held = waits != "GitHub to merge it"
    assert judged.look_at == later(5 if held else 600)
    assert ("MergePullRequest" in kinds(decision)) is not held


@pytest.mark.parametrize("status", [TaskStatus.CANCELLED, TaskStatus.SKIPPED, TaskStatus.FAILED])
@pytest.mark.parametrize("event", [HELD_BACK, REFUSED])
def test_a_late_word_wakes_nothing(status: TaskStatus, event: events.Event) -> None:
    decision = after(epic(task(status), status=EpicStatus.CANCELLED), event)
    assert first(decision).status is status


@pytest.mark.parametrize(
    ("event", "facts"),
    [
        (events.Enqueued(task=1), {"is_queued": True}),
        (events.AutoMergeSet(task=1), {"auto_merge": True}),
    ],
)
@pytest.mark.parametrize("status", [EpicStatus.ACTIVE, EpicStatus.PAUSED, EpicStatus.CANCELLED])
def test_what_comes_too_late_is_called_off(
    event: events.Event, facts: dict[str, Any], status: EpicStatus
) -> None:
    before = task(TaskStatus.PR_OPEN if status is EpicStatus.PAUSED else TaskStatus.CANCELLED)
    if status is EpicStatus.ACTIVE:
        before = MERGING
    decision = after(epic(before, status=status), event)
    wanted = status is EpicStatus.ACTIVE
    assert kinds(decision) == ([] if wanted else ["CallOffMerge"])
    assert request(decision) == replace(REQUEST, **(facts if wanted else {"called_off": 1}))


def test_in_the_queue() -> None:
    decision = after(epic(MERGING), events.Enqueued(task=1), seen(queue_position=4))
    assert first(decision).waiting_for == "the merge queue (position 4)"
    assert first(decision).status is TaskStatus.MERGING


def test_taken_out_of_the_queue() -> None:
    decision = after(epic(QUEUED), seen(queue_position=None))
    assert first(decision).status is TaskStatus.PR_OPEN
    assert (request(decision).is_queued, request(decision).refused_merges) == (False, 1)
    assert kinds(decision) == ["LookAtPullRequest"]


def test_a_place_in_the_queue_is_remembered_from_a_look() -> None:
    decision = after(epic(), seen(queue_position=2))
    assert request(decision).is_queued


def test_a_push_during_the_merge_is_judged_first() -> None:
    decision = after(epic(MERGING), seen(head_sha=NEXT))
    assert first(decision).status is TaskStatus.PR_OPEN
    assert f"merge:10:{HEAD}:0" in decision.withdrawn


def test_what_github_alone_can_judge_is_left_to_it() -> None:
    decision = after(epic(settings={"grace": 0}), seen(BLOCKED, merge_state="blocked"))
    assert kinds(decision) == ["EnableAutoMerge"]
    assert first(decision).waiting_for is not None


@pytest.mark.parametrize(
    ("refused", "needs_person", "status", "expected"),
    [
        (0, False, TaskStatus.PR_OPEN, ["LookAtPullRequest"]),
        (3, False, TaskStatus.PR_OPEN, ["LookAtPullRequest"]),
        (4, False, TaskStatus.FAILED, ["PostComment"]),
        (0, True, TaskStatus.PR_OPEN, ["PostComment"]),
    ],
)
def test_refused(refused: int, needs_person: bool, status: TaskStatus, expected: list[str]) -> None:
    before = replace(MERGING, pull_request=replace(REQUEST, refused_merges=refused))
    decision = after(epic(before), replace(REFUSED, needs_person=needs_person))
    assert (first(decision).status, kinds(decision)) == (status, expected)
    assert first(decision).needs_person is needs_person
    assert f"merge:10:{HEAD}:{refused}" in decision.withdrawn


def test_a_merge_after_the_cancel_is_told() -> None:
    before = epic(task(TaskStatus.CANCELLED), status=EpicStatus.CANCELLED)
    decision = after(before, events.Merged(task=1, number=10, sha=NEXT))
    assert first(decision).status is TaskStatus.COMPLETED
    assert kinds(decision) == ["DeleteBranch", "TickBox", "PostComment"]


@pytest.mark.parametrize(
    ("again", "said"),
    [
        ({}, 1),
        ({"unresolved_threads": 3}, 1),
        ({"head_sha": NEXT}, 2),
        ({"unresolved_threads": 0}, 2),
    ],
    ids=["the same", "counted anew", "another head", "another reason"],
)
def test_a_person_is_told_once_for_each_head_and_reason(again: dict[str, Any], said: int) -> None:
    before = epic(settings={"merge_when": MergeWhen.MANUAL, "grace": 0})
    rules, waits = {"resolved_threads": True}, {"unresolved_threads": 2}
    once = after(before, seen(rules, **waits))
    told = [*asked(once), *asked(after(once.epic, seen(rules, **{**waits, **again})))]
    assert kinds(once) == ["PostComment"]
    assert len({effect.key for effect in told}) == said
