"""The merge: asked for, held back, queued, refused."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.observations import Review, ReviewState
from bot.core.model.reasons import Failure, FailureKind, Wait, WaitKind
from bot.core.model.settings import MergeMethod, MergeWhen
from bot.core.model.task import Task
from bot.core.reservations import Holder, MergeSlot, Slot
from bot.core.transitions.dispatch import decide
from tests.core.transitions.scenes import (
    HEAD,
    NEXT,
    NOW,
    REQUEST,
    after,
    asked,
    command,
    epic,
    first,
    kinds,
    later,
    request,
    seen,
    task,
)

MERGING = task(TaskStatus.MERGING)
QUEUED = task(TaskStatus.MERGING, pull_request=replace(REQUEST, is_queued=True))
REFUSED = events.MergeRefused(task=1, head=HEAD, reason="no")
APPROVED = Review(id=7, by=Login("grace"), state=ReviewState.APPROVED, sha=HEAD, submitted_at=NOW)
BLOCKED = {"other_rules": ("signatures",), "auto_merge_allowed": True}


@pytest.mark.parametrize(
    ("wanted", "allowed", "method"),
    [
        (None, ("squash", "merge"), "squash"),
        (None, ("rebase",), "rebase"),
        (MergeMethod.MERGE, ("squash", "merge"), "merge"),
    ],
)
def test_the_method(wanted: MergeMethod | None, allowed: tuple[str, ...], method: str) -> None:
    settings = {"merge_method": wanted, "grace": 0}
    decision = after(epic(settings=settings), seen({"merge_methods": allowed}))
    merges = [one for one in asked(decision) if isinstance(one, effects.MergePullRequest)]
    assert [merge.method for merge in merges] == [method]
    assert first(decision).status is TaskStatus.MERGING


@pytest.mark.parametrize("facts", [{}, {"merge_state": "blocked"}], ids=["merge", "auto-merge"])
@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        (MergeMethod.REBASE, ("squash", "merge")),
        (MergeMethod.SQUASH, ()),
        (None, ()),
    ],
)
def test_no_method_is_left(
    wanted: MergeMethod | None,
    allowed: tuple[str, ...],
    facts: dict[str, Any],
) -> None:
    settings = {"merge_method": wanted, "grace": 0}
    rules = {**(BLOCKED if facts else {}), "merge_methods": allowed}
    decision = after(epic(settings=settings), seen(rules, **facts))
    assert not {"MergePullRequest", "EnableAutoMerge"} & set(kinds(decision))
    assert first(decision).status is TaskStatus.FAILED
    failure = Failure(kind=FailureKind.NO_MERGE_METHOD, wanted=wanted, allowed=allowed)
    assert first(decision).failure == failure


@pytest.mark.parametrize("facts", [{}, {"merge_state": "blocked"}], ids=["merge", "auto-merge"])
@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Fix the model: close all 12 files, `#1`", None),
        ("Prefixes #12", None),
        ("Refs #12 and acme/gadgets#3", None),
        ("Fixes #1, and resolves:  #12", "Refs #1, and Refs #12"),
        ("It closes acme/gadgets#3; FIXED gh-4", "It Refs acme/gadgets#3; Refs gh-4"),
        (
            "close https://github.com/acme/gadgets/issues/3",
            "Refs https://github.com/acme/gadgets/issues/3",
        ),
        ("Fixes <!-- hidden -->#1\u200b2", "Refs #12"),
        ("Bump it [skip ci]", "Bump it (skip ci)"),
        ("Bump it [skip <!-- -->ci], fixes #12", "Bump it (skip ci), Refs #12"),
    ],
)
def test_no_title_of_a_merge_closes_an_issue_or_skips_checks(
    written: str, title: str | None, facts: dict[str, Any]
) -> None:
    rules = BLOCKED if facts else None
    before = epic(task(title=written), settings={"grace": 0})
    decision = after(before, seen(rules, **facts))
    kind = effects.EnableAutoMerge if facts else effects.MergePullRequest
    (merge,) = [one for one in asked(decision) if isinstance(one, kind)]
    assert (merge.title, merge.message) == (f"{title or written} (#10)", "Task 1 of #1")


def test_nor_does_that_of_the_final_pull_request() -> None:
    final = replace(task(title="Widgets 2.0, closes #1"), number=0)
    before = epic(final, settings={"grace": 0, "merge_when": MergeWhen.GREEN}, base_branch="epic/1")
    fetch = seen(task_number=0, review_decision="APPROVED", reviews=(APPROVED,))
    (merge,) = [
        one for one in asked(after(before, fetch)) if isinstance(one, effects.MergePullRequest)
    ]
    assert (merge.title, merge.message) == ("Widgets 2.0, Refs #1 (#10)", "Refs #1")


def test_a_pull_request_from_a_fork_is_never_merged() -> None:
    decision = after(epic(settings={"grace": 0}), seen(is_same_repository=False))
    assert "MergePullRequest" not in kinds(decision)
    assert first(decision).status is TaskStatus.FAILED
    assert first(decision).failure == Failure(kind=FailureKind.FORK, pull_request=10)


def test_a_merge_reserves_its_base() -> None:
    decision = after(epic(settings={"grace": 0}), seen())
    assert MergeSlot(base="main") in decision.reserved


def test_held_back_is_fetched_again_soon() -> None:
    held: dict[Slot, Holder] = {MergeSlot(base="main"): Holder(issue=7)}
    decision = decide(epic(settings={"grace": 0}), seen(), NOW, held)
    assert MergeSlot(base="main") not in decision.reserved
    assert kinds(decision) == []
    assert first(decision).status is TaskStatus.PR_OPEN
    assert first(decision).wait == Wait(kind=WaitKind.OTHER_MERGE, issue=7, branch="main")
    assert first(decision).due_at == later(5)


@pytest.mark.parametrize(
    ("other", "waits"),
    [
        (MERGING, Wait(kind=WaitKind.OTHER_MERGE, task=1, branch="epic/1")),
        (QUEUED, Wait(kind=WaitKind.MERGE)),
        (replace(MERGING, number=0), Wait(kind=WaitKind.MERGE)),
    ],
    ids=["the same base", "GitHub's queue", "another base"],
)
def test_one_merge_at_a_time_within_an_epic(other: Task, waits: Wait) -> None:
    second = replace(task(), number=2, pull_request_number=11)
    before = epic(settings={"grace": 0}, tasks=(other, second), base_branch="epic/1")
    decision = after(before, seen(task_number=2, number=11, base_branch="epic/1"))
    evaluated = decision.epic.task(2)
    assert evaluated is not None
    assert evaluated.wait == waits
    held = waits.kind is WaitKind.OTHER_MERGE
    assert evaluated.due_at == later(5 if held else 600)
    assert ("MergePullRequest" in kinds(decision)) is not held


@pytest.mark.parametrize("status", [TaskStatus.CANCELLED, TaskStatus.SKIPPED, TaskStatus.FAILED])
def test_a_late_word_wakes_nothing(status: TaskStatus) -> None:
    decision = after(epic(task(status), status=EpicStatus.CANCELLED), REFUSED)
    assert first(decision).status is status


def test_in_the_queue() -> None:
    decision = after(epic(MERGING), events.Enqueued(task=1), seen(queue_position=4))
    assert first(decision).wait == Wait(kind=WaitKind.MERGE_QUEUE, position=4)
    assert first(decision).status is TaskStatus.MERGING


def test_taken_out_of_the_queue() -> None:
    decision = after(epic(QUEUED), seen(queue_position=None))
    assert first(decision).status is TaskStatus.PR_OPEN
    assert (request(decision).is_queued, request(decision).merge.refused) == (False, 1)
    assert kinds(decision) == ["FetchPullRequest"]


def test_a_place_in_the_queue_is_remembered_from_a_fetch() -> None:
    decision = after(epic(), seen(queue_position=2))
    assert request(decision).is_queued


def test_a_push_during_the_merge_is_evaluated_first() -> None:
    decision = after(epic(MERGING), seen(head_sha=NEXT))
    assert first(decision).status is TaskStatus.PR_OPEN
    assert effects.merge_of_pull_request(10) in decision.cancelled


def test_a_refusal_of_an_earlier_head_changes_nothing() -> None:
    before = epic(MERGING)
    decision = after(before, replace(REFUSED, head=NEXT))
    assert (decision.epic, decision.cancelled) == (before, ())


def test_what_github_never_merges_for_us_is_tried_again_on_command_alone() -> None:
    refused = after(epic(MERGING, {"grace": 0}), replace(REFUSED, needs_person=True))
    for _ in range(3):
        refused = after(refused.epic, seen())
        assert "MergePullRequest" not in kinds(refused)
    assert first(refused).wait == Wait(
        kind=WaitKind.MERGE_FORBIDDEN, quote="no", merge_allowed=True
    )
    assert kinds(after(refused.epic, seen(head_sha=NEXT))) == ["MergePullRequest"]
    commanded = after(refused.epic, command("merge 1"), seen())
    assert kinds(commanded) == ["MergePullRequest"]
    resumed = after(refused.epic, command("pause"), command("resume"), seen())
    assert kinds(resumed) == ["MergePullRequest"]


def test_what_is_blocked_for_a_reason_we_cannot_see_is_tried_once() -> None:
    blocked = seen(merge_state="blocked", unresolved_threads=1)
    tried = after(epic(settings={"grace": 0}), blocked)
    assert kinds(tried) == ["MergePullRequest"]
    refused = after(tried.epic, replace(REFUSED, reason="A conversation must be resolved."))
    assert kinds(refused) == ["FetchPullRequest"]
    asked_for = after(refused.epic, blocked)
    assert kinds(asked_for) == ["PostComment"]
    assert first(asked_for).wait == Wait(
        kind=WaitKind.RULES, quote="A conversation must be resolved", count=1
    )
    assert first(asked_for).due_at == later(60)
    assert kinds(after(asked_for.epic, seen())) == ["MergePullRequest"]


def test_a_merge_into_another_branch_ends_the_watching() -> None:
    decision = after(epic(QUEUED), seen(base_branch="other"))
    assert first(decision).status is TaskStatus.FAILED
    assert first(decision).failure == Failure(
        kind=FailureKind.WRONG_BASE, pull_request=10, branch="other", expected_branch="main"
    )
    assert kinds(decision) == ["CancelMerge", "PostComment"]


def test_unknown_fetches_are_counted_in_a_row() -> None:
    decision = after(epic(settings={"grace": 0}), *[seen(mergeable=None)] * 3)
    assert first(decision).due_at == later(8)
    decision = after(decision.epic, seen(is_draft=True), seen(mergeable=None))
    assert first(decision).due_at == later(2)


@pytest.mark.parametrize(
    ("refused", "needs_person", "status", "expected"),
    [
        (0, False, TaskStatus.PR_OPEN, ["FetchPullRequest"]),
        (1, False, TaskStatus.PR_OPEN, ["PostComment"]),
        (0, True, TaskStatus.PR_OPEN, ["PostComment"]),
    ],
)
def test_refused(refused: int, needs_person: bool, status: TaskStatus, expected: list[str]) -> None:
    before = replace(MERGING, pull_request=REQUEST.with_merge(refused=refused))
    decision = after(epic(before), replace(REFUSED, needs_person=needs_person))
    assert (first(decision).status, kinds(decision)) == (status, expected)
    assert first(decision).needs_person is (expected == ["PostComment"])
    assert effects.merge_of_pull_request(10) in decision.cancelled


def test_a_queue_that_keeps_taking_it_out_fails_the_task() -> None:
    before = replace(MERGING, pull_request=REQUEST.with_merge(refused=4))
    decision = after(epic(before), replace(REFUSED, reason=None))
    assert (first(decision).status, kinds(decision)) == (TaskStatus.FAILED, ["PostComment"])


@pytest.mark.parametrize(("moved", "seconds"), [(0, 5), (1, 10), (3, 40), (9, 60)])
def test_a_base_that_moves_is_no_refusal_of_the_head(moved: int, seconds: float) -> None:
    before = replace(MERGING, pull_request=REQUEST.with_merge(moved=moved, refused=1))
    decision = after(epic(before), replace(REFUSED, is_passing=True))
    assert kinds(decision) == ["FetchPullRequest"]
    assert decision.emitted[0].not_before == later(seconds)
    assert not first(decision).needs_person


def test_a_merge_after_the_cancel_is_told() -> None:
    ended = task(TaskStatus.CANCELLED, branch="orchestra/epic-1/task-1-a1b2c3")
    before = epic(ended, status=EpicStatus.CANCELLED)
    decision = after(before, events.Merged(task=1, number=10, sha=NEXT))
    assert first(decision).status is TaskStatus.COMPLETED
    assert kinds(decision) == ["DeleteBranch", "TickBox", "PostComment"]


@pytest.mark.parametrize(
    ("again", "said"),
    [
        ({}, 1),
        ({"unresolved_threads": 3}, 1),
        ({"head_sha": NEXT}, 1),
        ({"unresolved_threads": 0}, 2),
    ],
    ids=["the same", "another count", "another head", "another reason"],
)
def test_a_person_is_told_once_for_each_reason(again: dict[str, Any], said: int) -> None:
    before = epic(settings={"merge_when": MergeWhen.MANUAL, "grace": 0})
    rules, waits = {"resolved_threads": True}, {"unresolved_threads": 2}
    once = after(before, seen(rules, **waits))
    told = [*asked(once), *asked(after(once.epic, seen(rules, **{**waits, **again})))]
    assert kinds(once) == ["PostComment"]
    assert len({effect.key for effect in told}) == said
