"""The pull request's state, GitHub's rules, and which of several blockers comes first."""

from typing import Any

import pytest

from bot.core.merge_policy import Step
from bot.core.model.identifiers import Login
from bot.core.model.observations import BaseBranch
from bot.core.model.pull_request import MergeRefusal
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.settings import MergeWhen, UpToDate
from tests.core.merge_policy.candidates import (
    FAILED,
    OPENED,
    at,
    check,
    reason,
    requiring,
    verdict,
    wait,
    when,
)

OFF = {"up_to_date": UpToDate.OFF}
REFUSAL = MergeRefusal(quote="No")
RULES = ("required_signatures", "code_scanning")


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({"is_merged": True, "is_open": False}, (Step.MERGED, None)),
        ({"is_open": False, "closed_by": Login("grace")}, (Step.CLOSED, None)),
        ({"mergeable": False}, (Step.CONFLICT, None)),
        ({"mergeable": False, "is_draft": True}, (Step.CONFLICT, None)),
        ({"is_draft": True}, (Step.MARK_READY, wait(WaitKind.MARK_READY))),
        (
            {"is_draft": True, "checks": (check(state=FAILED),)},
            (Step.MARK_READY, wait(WaitKind.MARK_READY)),
        ),
        ({"queue_position": 3}, (Step.WAIT, wait(WaitKind.MERGE_QUEUE, position=3))),
        (
            {"queue_position": 1, "checks": (check(state=FAILED),)},
            (Step.WAIT, wait(WaitKind.MERGE_QUEUE, position=1)),
        ),
        ({}, (Step.MERGE, None)),
        ({"mergeable": None}, (Step.WAIT, wait(WaitKind.MERGEABILITY))),
        (
            {"mergeable": None, "checks": (check(state=FAILED),)},
            (Step.CHECKS_FAILED, wait(WaitKind.CHECK_FAILURES, "test")),
        ),
        ({"review_decision": "APPROVED"}, (Step.MERGE, None)),
        ({"merge_state": "blocked"}, (Step.MERGE, None)),
        ({"merge_state": "behind"}, (Step.UPDATE, wait(WaitKind.BRANCH_UPDATE, branch="main"))),
    ],
)
def test_the_state_with_its_required_check_passed(
    seen: dict[str, Any], expected: tuple[Step, Wait | None]
) -> None:
    found = verdict(rules=requiring("test"), **{"checks": (check(),), **seen})
    assert (found.step, reason(found)) == expected


@pytest.mark.parametrize(("before", "seconds"), [(0, 2), (1, 4), (4, 32), (5, 60), (500, 60)])
def test_mergeable_is_asked_for_again_ever_more_rarely(before: int, seconds: int) -> None:
    found = verdict(mergeable=None, fetch={"unknown_before": before})
    assert found.until is not None
    assert (found.until - OPENED).total_seconds() == 100 + seconds


def test_a_draft_that_is_to_stay_one_is_left_to_a_person() -> None:
    found = verdict(settings={"undraft": False}, is_draft=True)
    assert (found.step, found.needs_person) == (Step.WAIT, True)
    assert reason(found) == wait(WaitKind.DRAFT)


DRAFTED = {"is_draft": True, "drafted_at": at(50), "drafted_by": Login("grace")}


@pytest.mark.parametrize(
    ("seen", "fetch", "step"),
    [
        (DRAFTED, {}, Step.WAIT),
        ({**DRAFTED, "ready_at": at(20)}, {}, Step.WAIT),
        ({**DRAFTED, "drafted_by": None}, {}, Step.WAIT),
        # An agent's own draft is un-drafted, once for each head.
        ({**DRAFTED, "drafted_by_bot": True}, {}, Step.MARK_READY),
        ({**DRAFTED, "drafted_by_bot": True, "ready_at": at(60)}, {}, Step.MARK_READY),
        ({**DRAFTED, "drafted_by_bot": True, "ready_at": at(20)}, {}, Step.WAIT),
        (
            {**DRAFTED, "drafted_by_bot": True, "ready_at": at(20)},
            {"head_seen_at": at(60)},
            Step.MARK_READY,
        ),
        # A person's command is meant.
        (DRAFTED, {"merge_now": True}, Step.MARK_READY),
        ({**DRAFTED, "is_draft": False, "ready_at": at(60)}, {}, Step.MERGE),
    ],
)
def test_a_draft_that_somebody_made_again_waits_for_a_person(
    seen: dict[str, Any], fetch: dict[str, Any], step: Step
) -> None:
    found = verdict(
        rules=requiring("test"),
        fetch={"head_seen_at": at(0), **fetch},
        checks=(check(),),
        **seen,
    )
    assert found.step is step
    if step is Step.WAIT:
        assert found.needs_person
        assert found.wait is not None
        assert (found.wait.kind, found.wait.merge_allowed) == (WaitKind.DRAFT, True)


@pytest.mark.parametrize(
    ("merge_state", "is_up_to_date", "settings", "step", "needs_person"),
    [
        ("clean", True, {}, Step.MERGE, False),
        ("clean", False, {}, Step.UPDATE, False),
        ("clean", False, OFF, Step.UPDATE, False),
        ("behind", True, {}, Step.UPDATE, False),
        ("behind", True, OFF, Step.WAIT, True),
        ("behind", False, OFF, Step.WAIT, True),
    ],
)
def test_up_to_date(
    merge_state: str,
    is_up_to_date: bool,
    settings: dict[str, Any],
    step: Step,
    needs_person: bool,
) -> None:
    fetch = {"is_up_to_date": is_up_to_date}
    found = verdict(settings=settings, fetch=fetch, merge_state=merge_state)
    assert (found.step, found.needs_person) == (step, needs_person)
    assert (found.wait is not None and found.wait.branch == "main") is (step is not Step.MERGE)


@pytest.mark.parametrize("policy", MergeWhen)
def test_up_to_date_whatever_the_policy(policy: MergeWhen) -> None:
    fetch = {"is_up_to_date": False, "merge_now": True}
    assert verdict(settings=when(policy), fetch=fetch).step is Step.UPDATE


@pytest.mark.parametrize(
    ("rules", "seen", "step", "expected"),
    [
        ({}, {}, Step.MERGE, None),
        (
            {"other_rules": RULES},
            {},
            Step.WAIT,
            wait(WaitKind.RULES, rules=RULES),
        ),
        (
            {"other_rules": RULES, "auto_merge_allowed": True},
            {},
            Step.AUTO_MERGE,
            wait(WaitKind.RULES, rules=RULES),
        ),
        (
            {"other_rules": RULES, "auto_merge_allowed": True},
            {"auto_merge": True},
            Step.WAIT,
            wait(WaitKind.AUTO_MERGE, rules=RULES),
        ),
        ({"other_rules": RULES}, {"merge_state": "clean"}, Step.MERGE, None),
    ],
)
@pytest.mark.parametrize("merge_now", [False, True])
def test_what_github_holds_it_for(
    rules: dict[str, Any],
    seen: dict[str, Any],
    step: Step,
    expected: Wait | None,
    merge_now: bool,
) -> None:
    facts = {"merge_state": "blocked", **seen}
    found = verdict(rules=rules, fetch={"merge_now": merge_now}, **facts)
    assert (found.step, reason(found)) == (step, expected)


@pytest.mark.parametrize(
    ("refused", "seen", "step", "expected"),
    [
        ({}, {}, Step.MERGE, None),
        ({}, {"merge_state": "clean"}, Step.MERGE, None),
        ({"merge_forbidden": False}, {}, Step.ASK_PERSON, wait(WaitKind.RULES, quote="No")),
        (
            {"merge_forbidden": False},
            {"unresolved_threads": 2},
            Step.ASK_PERSON,
            wait(WaitKind.RULES, quote="No", count=2),
        ),
        ({"merge_forbidden": False}, {"merge_state": "clean"}, Step.MERGE, None),
        (
            {"merge_forbidden": True},
            {},
            Step.ASK_PERSON,
            wait(WaitKind.MERGE_FORBIDDEN, quote="No"),
        ),
        (
            {"merge_forbidden": True},
            {"merge_state": "clean"},
            Step.ASK_PERSON,
            wait(WaitKind.MERGE_FORBIDDEN, quote="No"),
        ),
    ],
)
def test_what_github_refused_to_merge(
    refused: dict[str, Any], seen: dict[str, Any], step: Step, expected: Wait | None
) -> None:
    fetch = {"refusal": REFUSAL, **refused} if refused else {}
    found = verdict(fetch=fetch, **{"merge_state": "blocked", **seen})
    assert (found.step, reason(found)) == (step, expected)
    assert found.needs_person is (expected is not None)


def test_auto_merge_that_is_refused_is_a_persons() -> None:
    rules = {"other_rules": RULES, "auto_merge_allowed": True}
    found = verdict(rules=rules, fetch={"refusal": REFUSAL}, merge_state="blocked")
    assert found.step is Step.ASK_PERSON
    assert reason(found) == wait(WaitKind.RULES, rules=RULES, quote="No")


@pytest.mark.parametrize(
    ("body", "step"),
    [
        ("Fixes #1", Step.EDIT_BODY),
        ("closes: acme/widgets#1", Step.EDIT_BODY),
        ("Resolved https://github.com/acme/widgets/issues/1.", Step.EDIT_BODY),
        ("fix GH-1", Step.EDIT_BODY),
        ("Fixes #12", Step.MERGE),
        ("Fixes acme/gadgets#1", Step.MERGE),
        ("Refs #1", Step.MERGE),
        ("prefixes #1", Step.MERGE),
    ],
)
@pytest.mark.parametrize("merge_now", [False, True])
def test_closing_keywords(body: str, step: Step, merge_now: bool) -> None:
    assert verdict(body=body, fetch={"merge_now": merge_now}).step is step


HINDRANCES: tuple[tuple[dict[str, Any], Step], ...] = (
    ({"is_merged": True}, Step.MERGED),
    ({"is_open": False}, Step.CLOSED),
    ({"mergeable": False}, Step.CONFLICT),
    ({"is_draft": True}, Step.MARK_READY),
    ({"queue_position": 2}, Step.WAIT),
    ({"body": "Fixes #1"}, Step.EDIT_BODY),
    ({"base": BaseBranch(failed_checks=("test",))}, Step.WAIT),
    ({"fetch": {"is_up_to_date": False}}, Step.UPDATE),
    ({"checks": (check(state=FAILED),)}, Step.CHECKS_FAILED),
    ({"review_decision": "REVIEW_REQUIRED"}, Step.WAIT),
    ({"files": (".github/workflows/ci.yml",)}, Step.ASK_PERSON),
    (
        {
            "rules": {"other_rules": RULES, "auto_merge_allowed": True},
            "merge_state": "blocked",
        },
        Step.AUTO_MERGE,
    ),
)


@pytest.mark.parametrize("first", range(len(HINDRANCES)))
def test_the_first_thing_in_the_way_decides(first: int) -> None:
    facts: dict[str, Any] = {}
    for more, _ in HINDRANCES[first:]:
        facts.update(more)
    assert verdict(**facts).step is HINDRANCES[first][1]
