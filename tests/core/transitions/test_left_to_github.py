"""The merge that is left to GitHub: auto-merge requested, on, cancelled, refused."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.observations import Check, CheckState, Review, ReviewState
from bot.core.model.pull_request import MergeRefusal, PullRequest
from bot.core.model.reasons import Wait, WaitKind
from tests.core.transitions.scenes import (
    HEAD,
    NEXT,
    NOW,
    REQUEST,
    after,
    epic,
    first,
    kinds,
    request,
    seen,
    task,
    waits_for,
)

MERGING = task(TaskStatus.MERGING)
REFUSED = events.MergeRefused(task=1, head=HEAD, reason="no")
LEFT = REQUEST.with_merge(auto_merge_requested=True)
AUTO = replace(LEFT, auto_merge=True)
ON: dict[str, Any] = {"merge_state": "blocked", "auto_merge": True}
ASKING = Review(
    id=7, by=Login("grace"), state=ReviewState.CHANGES_REQUESTED, sha=HEAD, submitted_at=NOW
)
NO_AUTO_MERGE = MergeRefusal(quote="no", auto_merge=True)
BLOCKED = {"other_rules": ("signatures",), "auto_merge_allowed": True}


@pytest.mark.parametrize(
    ("event", "facts"),
    [
        (events.Enqueued(task=1), {"is_queued": True}),
        (events.AutoMergeSet(task=1), {"auto_merge": True}),
    ],
)
@pytest.mark.parametrize("status", [EpicStatus.ACTIVE, EpicStatus.PAUSED, EpicStatus.CANCELLED])
def test_what_comes_too_late_is_cancelled(
    event: events.Event, facts: dict[str, Any], status: EpicStatus
) -> None:
    before = task(TaskStatus.PR_OPEN if status is EpicStatus.PAUSED else TaskStatus.CANCELLED)
    is_wanted = status is EpicStatus.ACTIVE
    if is_wanted:
        before = replace(MERGING, pull_request=LEFT)
    decision = after(epic(before, status=status), event)
    assert kinds(decision) == ([] if is_wanted else ["CancelMerge"])
    expected = replace(LEFT, **facts) if is_wanted else REQUEST.with_merge(cancelled=1)
    assert request(decision) == expected


def test_what_github_alone_can_judge_is_left_to_it() -> None:
    decision = after(epic(settings={"grace": 0}), seen(BLOCKED, merge_state="blocked"))
    assert kinds(decision) == ["EnableAutoMerge"]
    assert waits_for(decision) is WaitKind.RULES


def test_what_we_left_to_github_stays_so_while_nothing_speaks_against_it() -> None:
    fetches: list[dict[str, Any]] = [ON, {**ON, "mergeable": None}, {"queue_position": 1}]
    for facts in fetches:
        decision = after(epic(task(pull_request=AUTO), {"grace": 0}), seen(BLOCKED, **facts))
        assert kinds(decision) == []
        assert request(decision).merge.auto_merge_requested


@pytest.mark.parametrize(
    ("facts", "then"),
    [
        ({"reviews": (ASKING,)}, ["FetchReviews"]),
        ({"body": "Closes #1"}, ["EditPullRequestBody"]),
        ({"checks": (Check(name="test", state=CheckState.RUNNING, started_at=NOW),)}, []),
        ({"head_sha": NEXT}, ["EnableAutoMerge"]),
        ({"head_sha": NEXT, "reviews": (ASKING,)}, ["FetchReviews"]),
    ],
)
@pytest.mark.parametrize("known", [LEFT, AUTO], ids=["asked for", "on"])
def test_what_is_unfit_or_new_github_is_not_to_merge(
    known: PullRequest, facts: dict[str, Any], then: list[str]
) -> None:
    before = epic(task(pull_request=known), {"grace": 0})
    decision = after(before, seen(BLOCKED, **{**ON, **facts}))
    assert kinds(decision) == ["CancelMerge", *then]
    assert effects.merge_of_pull_request(10) in decision.cancelled
    assert request(decision).merge.auto_merge_requested is ("EnableAutoMerge" in then)


def test_what_a_person_left_to_github_is_theirs() -> None:
    before = epic(task(pull_request=replace(REQUEST, auto_merge=True)))
    decision = after(before, seen(BLOCKED, reviews=(ASKING,), **ON))
    assert kinds(decision) == ["FetchReviews"]


def test_auto_merge_that_is_set_too_late_is_cancelled() -> None:
    assert kinds(after(epic(), events.AutoMergeSet(task=1))) == ["CancelMerge"]


@pytest.mark.parametrize(
    ("refused", "needs_person", "refusal"),
    [
        (0, False, None),
        (3, False, None),
        (4, False, NO_AUTO_MERGE),
        (0, True, NO_AUTO_MERGE),
    ],
)
def test_auto_merge_refused(refused: int, needs_person: bool, refusal: MergeRefusal | None) -> None:
    before = epic(task(pull_request=LEFT.with_merge(auto_merges_refused=refused)), {"grace": 0})
    event = replace(REFUSED, auto_merge=True, needs_person=needs_person)
    decision = after(before, event)
    assert kinds(decision) == ["FetchPullRequest"]
    assert first(decision).wait == Wait(kind=WaitKind.MERGE_RETRY, quote="no")
    attempts = request(decision).merge
    assert (attempts.refused, attempts.refusal, attempts.number) == (0, refusal, refused + 1)

    again = after(decision.epic, seen(BLOCKED, merge_state="blocked"))
    assert kinds(again) == (["PostComment"] if refusal else ["EnableAutoMerge"])
    if refusal:
        rules = Wait(kind=WaitKind.RULES, rules=("signatures",), quote="no")
        assert first(again).wait == rules
    assert kinds(after(decision.epic, seen(BLOCKED))) == ["MergePullRequest"]
