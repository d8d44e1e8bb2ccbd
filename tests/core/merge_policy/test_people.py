"""Reviews, conversations, and what else only a person can give."""

from typing import Any

import pytest

from bot.core.merge_policy import Step
from bot.core.model.observations import Review, ReviewState
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.settings import MergeWhen
from tests.core.merge_policy.candidates import (
    FAILED,
    HEAD,
    OLD_HEAD,
    RUNNING,
    check,
    merge_allowed,
    reason,
    requiring,
    review,
    verdict,
    wait,
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
    assert merge_allowed(found) is (found.step is Step.WAIT)


@pytest.mark.parametrize(
    ("seen", "asked"),
    [
        ({"review_decision": "REVIEW_REQUIRED"}, ()),
        ({"review_decision": "CHANGES_REQUESTED"}, ()),
        ({"review_decision": "REVIEW_REQUIRED"}, ("grace", "acme/core")),
    ],
)
@pytest.mark.parametrize("policy", MergeWhen)
@pytest.mark.parametrize("merge_now", [False, True])
def test_github_s_own_review_rules_hold_always(
    seen: dict[str, Any],
    asked: tuple[str, ...],
    policy: MergeWhen,
    merge_now: bool,
) -> None:
    found = verdict(
        settings=when(policy), fetch={"merge_now": merge_now}, requested_reviewers=asked, **seen
    )
    assert (found.step, found.needs_person, merge_allowed(found)) == (Step.WAIT, True, False)
    assert reason(found) == wait(WaitKind.REQUIRED_REVIEW, people=asked, sha=HEAD)


@pytest.mark.parametrize(
    ("decision", "fetch", "step", "allowed"),
    [
        (None, {}, Step.CHANGES_REQUESTED, True),
        ("APPROVED", {}, Step.CHANGES_REQUESTED, True),
        ("CHANGES_REQUESTED", {}, Step.CHANGES_REQUESTED, False),
        (None, NOW, Step.MERGE, False),
        ("CHANGES_REQUESTED", NOW, Step.CHANGES_REQUESTED, False),
    ],
)
def test_changes_requested(
    decision: str | None, fetch: dict[str, Any], step: Step, allowed: bool
) -> None:
    reviews = (review(CHANGES), review(CHANGES, by="mary", id=2, sha=OLD_HEAD))
    found = verdict(fetch=fetch, reviews=reviews, review_decision=decision)
    assert (found.step, merge_allowed(found)) == (step, allowed)
    if step is Step.CHANGES_REQUESTED:
        assert found.reviews == reviews
        assert reason(found) == wait(WaitKind.CHANGES_REQUESTED, people=("grace", "mary"))


@pytest.mark.parametrize(
    ("required", "open_ones", "expected"),
    [
        (False, 2, None),
        (True, 0, None),
        (True, 1, wait(WaitKind.CONVERSATIONS, count=1)),
        (True, 2, wait(WaitKind.CONVERSATIONS, count=2)),
    ],
)
@pytest.mark.parametrize("fetch", [{}, NOW])
def test_conversations(
    required: bool, open_ones: int, expected: Wait | None, fetch: dict[str, Any]
) -> None:
    found = verdict(rules={"resolved_threads": required}, fetch=fetch, unresolved_threads=open_ones)
    assert reason(found) == expected
    assert found.step is (Step.WAIT if expected else Step.MERGE)
    assert found.needs_person is bool(expected)


@pytest.mark.parametrize(
    ("checks", "step", "expected"),
    [
        ((check(),), Step.WAIT, wait(WaitKind.MANUAL_MERGE)),
        ((check(state=RUNNING),), Step.WAIT, wait(WaitKind.CHECKS_RUNNING, "test")),
        ((check(state=FAILED),), Step.CHECKS_FAILED, wait(WaitKind.CHECK_FAILURES, "test")),
    ],
)
def test_manual_leaves_the_merge_to_a_person(checks: Any, step: Step, expected: Wait) -> None:
    found = verdict(rules=requiring("test"), settings=when(MergeWhen.MANUAL), checks=checks)
    assert (found.step, reason(found)) == (step, expected)


@pytest.mark.parametrize(
    ("files", "may", "step"),
    [
        (("src/a.py",), False, Step.MERGE),
        (("src/a.py", ".github/workflows/ci.yml"), False, Step.ASK_PERSON),
        (("src/a.py", ".github/workflows/ci.yml"), True, Step.MERGE),
        ((".github/workflows.md",), False, Step.MERGE),
    ],
)
@pytest.mark.parametrize("lifted", ["merge_now", "approved_by_commander"])
def test_workflow_files(files: tuple[str, ...], may: bool, step: Step, lifted: str) -> None:
    found = verdict(fetch={"may_change_workflows": may, lifted: True}, files=files)
    assert found.step is step
    path = found.wait and found.wait.path
    assert (path == ".github/workflows/ci.yml") is (step is Step.ASK_PERSON)


def test_more_files_than_github_lists_are_a_persons() -> None:
    found = verdict(all_files_known=False)
    assert (found.step, found.wait and found.wait.kind) == (Step.ASK_PERSON, WaitKind.GOVERNED)
    assert verdict(fetch={"merge_now": True}, all_files_known=False).step is Step.MERGE
