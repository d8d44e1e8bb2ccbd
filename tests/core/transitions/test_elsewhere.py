"""Retargeted pull requests, merges into another base, and judgements that are too old."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.reasons import FailureKind
from bot.core.model.settings import OnFailure
from bot.core.transitions.dispatch import decide
from tests.core.transitions.scenes import (
    HEAD,
    NEXT,
    NOW,
    REQUEST,
    after,
    epic,
    first,
    kinds,
    later,
    request,
    seen,
    task,
)

MERGING = task(TaskStatus.MERGING)
RETARGETED = events.PullRequestChanged(task=1, stirs=True, retargeted=True)
ELSEWHERE = events.Merged(task=1, number=10, sha=NEXT, base="production")


@pytest.mark.parametrize("policy", OnFailure)
@pytest.mark.parametrize("status", [TaskStatus.MERGING, TaskStatus.PR_OPEN, TaskStatus.FAILED])
def test_a_merge_elsewhere_is_never_done(policy: OnFailure, status: TaskStatus) -> None:
    decision = after(epic(task(status), settings={"on_failure": policy}), ELSEWHERE, ELSEWHERE)
    assert first(decision).status is TaskStatus.FAILED
    assert decision.epic.status is EpicStatus.PAUSED
    failure = first(decision).failure
    assert failure is not None
    assert (failure.kind, failure.branch, failure.sha) == (
        FailureKind.MERGED_ELSEWHERE,
        "production",
        NEXT,
    )
    assert first(decision).merge_sha is None


def test_our_merge_elsewhere_is_offered_to_be_reverted() -> None:
    assert "OpenRevert" in kinds(after(epic(MERGING), ELSEWHERE))


@pytest.mark.parametrize("base", ["main", None])
def test_a_merge_where_it_belongs_is_done(base: str | None) -> None:
    decision = after(epic(MERGING), replace(ELSEWHERE, base=base))
    assert first(decision).status is TaskStatus.COMPLETED


def test_a_merge_of_unknown_base_is_fetched_first() -> None:
    unknown = replace(ELSEWHERE, base=None, base_unknown=True)
    decision = after(epic(MERGING), unknown)
    assert (first(decision).status, kinds(decision)) == (TaskStatus.MERGING, ["FetchPullRequest"])
    gone: dict[str, Any] = {"is_open": False, "is_merged": True, "merge_sha": NEXT}
    assert first(after(decision.epic, seen(**gone))).status is TaskStatus.COMPLETED
    wrong = after(decision.epic, seen(base_branch="production", **gone))
    assert (first(wrong).status, wrong.epic.status) == (TaskStatus.FAILED, EpicStatus.PAUSED)
    assert "OpenRevert" in kinds(wrong)


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, TaskStatus.PR_OPEN),
        ({"uuid": "u"}, TaskStatus.MERGING),
    ],
    ids=["not sent", "in the background"],
)
def test_another_base_withdraws_an_unsent_merge(facts: dict[str, Any], status: TaskStatus) -> None:
    before = replace(MERGING, pull_request=REQUEST.with_merge(**facts))
    decision = after(epic(before), RETARGETED)
    assert first(decision).status is status
    assert effects.merge_of_pull_request(10) in decision.cancelled
    assert "FetchPullRequest" in kinds(decision)


def test_a_merge_in_the_background_is_awaited_wherever_it_goes() -> None:
    before = replace(MERGING, pull_request=REQUEST.with_merge(uuid="u"))
    decision = after(epic(before), seen(base_branch="production"))
    assert (first(decision).status, kinds(decision)) == (TaskStatus.MERGING, [])


@pytest.mark.parametrize(
    ("event", "stirred"),
    [
        (events.PullRequestChanged(task=1), False),
        (events.PullRequestChanged(task=1, stirs=True), True),
        (events.BaseChanged(branch="main", moved=True), True),
        (events.BaseChanged(branch="main", moved=False), False),
        (events.BaseChanged(branch="other", moved=True), False),
    ],
)
@pytest.mark.parametrize("status", [TaskStatus.MERGING, TaskStatus.PR_OPEN])
def test_edits_and_pushes_make_a_judgement_old(
    event: events.Event, stirred: bool, status: TaskStatus
) -> None:
    decision = after(epic(task(status)), event)
    assert (request(decision).stirred_at == NOW) is stirred
    # It stays so with another head: a fetch that began before knows nothing of it.
    assert (request(after(decision.epic, seen(head_sha=NEXT))).stirred_at == NOW) is stirred


@pytest.mark.parametrize("fetched_at", [NOW, later(-5)])
def test_a_merge_carries_the_time_of_its_fetch(fetched_at: Any) -> None:
    fetched = replace(seen(), fetched_at=fetched_at)
    decision = after(epic(settings={"grace": 0}), fetched)
    (merge,) = [
        one.effect for one in decision.emitted if isinstance(one.effect, effects.MergePullRequest)
    ]
    assert merge.fetched_at == fetched_at


def test_an_outdated_merge_is_judged_again_under_another_key() -> None:
    tried = after(epic(settings={"grace": 0}), seen())
    outdated = after(tried.epic, events.MergeOutdated(task=1, head=HEAD))
    assert (first(outdated).status, kinds(outdated)) == (TaskStatus.PR_OPEN, ["FetchPullRequest"])
    again = after(outdated.epic, seen())
    keys = [
        one.effect.key
        for decision in (tried, again)
        for one in decision.emitted
        if isinstance(one.effect, effects.MergePullRequest)
    ]
    assert len(set(keys)) == len(keys) == 2


def test_an_outdated_merge_of_another_head_changes_nothing() -> None:
    before = epic(MERGING)
    assert decide(before, events.MergeOutdated(task=1, head=NEXT), NOW, {}).epic == before
