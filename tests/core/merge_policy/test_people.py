"""Reviews, conversations, and what else only a person can give."""

from typing import Any

import pytest

from bot.core.merge_policy import Step
from bot.core.model.observations import Review, ReviewState
from bot.core.model.settings import MergeWhen
from tests.core.merge_policy.candidates import (
    FAILED,
    OLD_HEAD,
    RUNNING,
    check,
    requiring,
    review,
    verdict,
    when,
)

APPROVED, CHANGES = ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED
DISMISSED = ReviewState.DISMISSED
NOW: dict[str, Any] = {"merge_now": True}


@pytest.mark.parametrize(
    ("reviews", "step"),
    [
        ((), Step.WAIT),
        ((review(APPROVED),), Step.MERGE),
        ((review(APPROVED, sha=OLD_HEAD),), Step.WAIT),
        ((review(APPROVED, by="cursor[bot]"),), Step.WAIT),
        ((review(APPROVED, by="linter[bot]", is_bot=True),), Step.WAIT),
        ((review(APPROVED, by="linter[bot]", is_bot=True), review(APPROVED)), Step.MERGE),
        ((review(DISMISSED),), Step.WAIT),
        ((review(APPROVED), review(CHANGES, by="mary")), Step.CHANGES_REQUESTED),
    ],
    ids=["none", "head", "old head", "author", "bot", "bot and person", "dismissed", "asks"],
)
def test_approved_wants_a_person_s_review_of_that_head(
    reviews: tuple[Review, ...], step: Step
) -> None:
    found = verdict(settings=when(MergeWhen.APPROVED), checks=(check(),), reviews=reviews)
    assert found.step is step
    assert found.needs_person is (step is not Step.MERGE)


@pytest.mark.parametrize(
    ("policy", "step"),
    [
        (MergeWhen.GREEN, Step.MERGE),
        (MergeWhen.APPROVED, Step.WAIT),
        (MergeWhen.IMMEDIATELY, Step.MERGE),
        (MergeWhen.MANUAL, Step.WAIT),
    ],
)
@pytest.mark.parametrize("merge_now", [False, True])
def test_merge_now_gets_past_every_policy(policy: MergeWhen, step: Step, merge_now: bool) -> None:
    found = verdict(settings=when(policy), fetch={"merge_now": merge_now})
    assert found.step is (Step.MERGE if merge_now else step)
    assert found.may_be_merged is (found.step is Step.WAIT)


@pytest.mark.parametrize(
    ("seen", "asked", "reason"),
    [
        ({"review_decision": "REVIEW_REQUIRED"}, (), ""),
        ({"review_decision": "CHANGES_REQUESTED"}, (), ""),
        (
            {"review_decision": "REVIEW_REQUIRED"},
            ("grace", "acme/core"),
            " (asked: @grace, @acme/core)",
        ),
    ],
)
@pytest.mark.parametrize("policy", MergeWhen)
@pytest.mark.parametrize("merge_now", [False, True])
def test_github_s_own_review_rules_hold_always(
    seen: dict[str, Any],
    asked: tuple[str, ...],
    reason: str,
    policy: MergeWhen,
    merge_now: bool,
) -> None:
    found = verdict(
        settings=when(policy), fetch={"merge_now": merge_now}, requested_reviewers=asked, **seen
    )
    assert (found.step, found.needs_person, found.may_be_merged) == (Step.WAIT, True, False)
    assert found.reason == f"an approving review, which GitHub's rules ask for{reason}"


@pytest.mark.parametrize(
    ("decision", "fetch", "step", "may_be_merged"),
    [
        (None, {}, Step.CHANGES_REQUESTED, True),
        ("APPROVED", {}, Step.CHANGES_REQUESTED, True),
        ("CHANGES_REQUESTED", {}, Step.CHANGES_REQUESTED, False),
        (None, NOW, Step.MERGE, False),
        ("CHANGES_REQUESTED", NOW, Step.CHANGES_REQUESTED, False),
    ],
)
def test_changes_requested(
    decision: str | None, fetch: dict[str, Any], step: Step, may_be_merged: bool
) -> None:
    reviews = (review(CHANGES), review(CHANGES, by="mary", id=2, sha=OLD_HEAD))
    found = verdict(fetch=fetch, reviews=reviews, review_decision=decision)
    assert (found.step, found.may_be_merged) == (step, may_be_merged)
    if step is Step.CHANGES_REQUESTED:
        assert found.reviews == reviews
        assert found.reason == "the changes that @grace and @mary requested"


@pytest.mark.parametrize(
    ("queued_instruction", "open_ones", "reason"),
    [
        (False, 2, None),
        (True, 0, None),
        (True, 1, "1 conversation to be resolved"),
        (True, 2, "2 conversations to be resolved"),
    ],
)
@pytest.mark.parametrize("fetch", [{}, NOW])
def test_conversations(
    queued_instruction: bool, open_ones: int, reason: str | None, fetch: dict[str, Any]
) -> None:
    found = verdict(
        rules={"resolved_threads": queued_instruction}, fetch=fetch, unresolved_threads=open_ones
    )
    assert found.reason == (reason or "")
    assert found.step is (Step.WAIT if reason else Step.MERGE)
    assert found.needs_person is bool(reason)


@pytest.mark.parametrize(
    ("checks", "step", "reason"),
    [
        ((check(),), Step.WAIT, "a person to merge it"),
        ((check(state=RUNNING),), Step.WAIT, "check “test” to finish"),
        ((check(state=FAILED),), Step.CHECKS_FAILED, "check “test” failed"),
    ],
)
def test_manual_leaves_the_merge_to_a_person(checks: Any, step: Step, reason: str) -> None:
    found = verdict(rules=requiring("test"), settings=when(MergeWhen.MANUAL), checks=checks)
    assert (found.step, found.reason) == (step, reason)


@pytest.mark.parametrize(
    ("files", "may", "step"),
    [
        (("src/a.py",), False, Step.MERGE),
        (("src/a.py", ".github/workflows/ci.yml"), False, Step.ASK_PERSON),
        (("src/a.py", ".github/workflows/ci.yml"), True, Step.MERGE),
        ((".github/workflows.md",), False, Step.MERGE),
    ],
)
@pytest.mark.parametrize("merge_now", [False, True])
def test_workflow_files(files: tuple[str, ...], may: bool, step: Step, merge_now: bool) -> None:
    found = verdict(fetch={"may_change_workflows": may, "merge_now": merge_now}, files=files)
    assert found.step is step
    assert ("`.github/workflows/ci.yml`" in found.reason) is (step is Step.ASK_PERSON)
