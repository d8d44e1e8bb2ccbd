"""One look at a pull request, and the verdict on it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.identifiers import CommitSha, Login
from bot.core.merge_gate import Gate, Step
from bot.core.settings import EpicSettings, MergeWhen
from bot.core.snapshots import BaseBranch, BranchRules, Check, CheckState, PullRequestSnapshot

OPENED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PASSED, FAILED, RUNNING = CheckState.PASSED, CheckState.FAILED, CheckState.RUNNING
OURS = 7

SEEN = PullRequestSnapshot(
    number=2,
    node_id="PR_2",
    url="https://github.com/acme/widgets/pull/2",
    title="First thing",
    body="",
    head_sha=CommitSha("a" * 40),
    head_branch="orchestra/epic-1/task-1-abc",
    base_branch="main",
    base_sha=CommitSha("b" * 40),
    is_open=True,
    is_draft=False,
    is_merged=False,
    opened_at=OPENED,
    mergeable=True,
)


def at(seconds: float) -> datetime:
    return OPENED + timedelta(seconds=seconds)


def check(name: str = "test", state: CheckState = PASSED, **more: Any) -> Check:
    return Check(name=name, state=state, **more)


def skipped(seconds: float) -> Check:
    return check(skipped=True, completed_at=at(seconds))


def judged(
    *required: str,
    now: float = 10,
    when: MergeWhen = MergeWhen.GREEN,
    approvals: int = 0,
    head_seen_at: datetime | None = None,
    **seen: Any,
) -> tuple[Step, str, float | None]:
    """The verdict's step, reason and time, which is in seconds after the opening."""
    verdict = Gate(
        seen=replace(SEEN, **seen),
        rules=BranchRules(required_checks=required, required_approvals=approvals),
        settings=EpicSettings(merge_when=when),
        now=at(now),
        head_seen_at=head_seen_at,
        own_app_id=OURS,
    ).judge()
    until = (verdict.until - OPENED).total_seconds() if verdict.until else None
    return verdict.step, verdict.reason, until


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({"is_merged": True, "is_open": False}, (Step.MERGED, "", None)),
        ({"is_open": False, "closed_by": Login("grace")}, (Step.CLOSED, "", None)),
        ({"mergeable": False}, (Step.CONFLICT, "merge conflict", None)),
        ({"mergeable": False, "is_draft": True}, (Step.CONFLICT, "merge conflict", None)),
        ({"is_draft": True}, (Step.MARK_READY, "the draft to be marked ready", None)),
        (
            {"is_draft": True, "checks": (check(state=FAILED),)},
            (Step.MARK_READY, "the draft to be marked ready", None),
        ),
        ({}, (Step.MERGE, "", None)),
        (
            {"mergeable": None},
            (Step.WAIT, "GitHub to work out whether it can be merged", 12),
        ),
        (
            {"review_decision": "REVIEW_REQUIRED"},
            (Step.WAIT, "an approving review", None),
        ),
        (
            {"review_decision": "CHANGES_REQUESTED"},
            (Step.WAIT, "the changes that a reviewer requested", None),
        ),
        ({"review_decision": "APPROVED"}, (Step.MERGE, "", None)),
    ],
)
def test_the_state_with_its_required_check_passed(
    seen: dict[str, Any], expected: tuple[Step, str, float | None]
) -> None:
    assert judged("test", **{"checks": (check(),), **seen}) == expected


@pytest.mark.parametrize(
    ("required", "checks", "now", "expected"),
    [
        (["test"], [check()], 0, (Step.MERGE, "", None)),
        (["test"], [check(state=FAILED)], 0, (Step.CHECKS_FAILED, "check “test” failed", None)),
        (
            ["test"],
            [check(), check("lint", FAILED)],
            0,
            (Step.CHECKS_FAILED, "check “lint” failed", None),
        ),
        (
            ["test"],
            [check(state=FAILED), check("lint", FAILED)],
            0,
            (Step.CHECKS_FAILED, "checks “lint”, “test” failed", None),
        ),
        (
            ["test", "lint"],
            [check(state=FAILED)],
            0,
            (Step.CHECKS_FAILED, "check “test” failed", None),
        ),
        (["test"], [check(state=RUNNING)], 0, (Step.WAIT, "check “test” to finish", None)),
        (
            ["test"],
            [check(), check("slow", RUNNING)],
            0,
            (Step.WAIT, "check “slow” to finish", None),
        ),
        (["test"], [], 0, (Step.WAIT, "required check “test” to start", 3600)),
        (["test"], [], 3599, (Step.WAIT, "required check “test” to start", 3600)),
        (["test"], [], 3600, (Step.ASK_PERSON, "required check “test” to start", None)),
        (
            ["test", "lint"],
            [check("other")],
            0,
            (Step.WAIT, "required checks “lint”, “test” to start", 3600),
        ),
        ([], [check()], 90, (Step.MERGE, "", None)),
        ([], [], 90, (Step.MERGE, "", None)),
        (
            [],
            [check()],
            89,
            (Step.WAIT, "checks that may still start, until 12:01:30 UTC", 90),
        ),
        ([], [check(state=RUNNING)], 500, (Step.WAIT, "check “test” to finish", None)),
        ([], [check(state=FAILED)], 5, (Step.CHECKS_FAILED, "check “test” failed", None)),
        (["test"], [skipped(5)], 10, (Step.MERGE, "", None)),
    ],
)
def test_green(
    required: list[str],
    checks: list[Check],
    now: float,
    expected: tuple[Step, str, float | None],
) -> None:
    assert judged(*required, checks=tuple(checks), now=now) == expected


@pytest.mark.parametrize(
    ("checks", "step"),
    [
        ((check("Orchestra", FAILED, app_id=OURS),), Step.MERGE),
        ((check("Orchestra", RUNNING, app_id=OURS),), Step.MERGE),
        ((check("Orchestra", FAILED, app_id=OURS + 1),), Step.CHECKS_FAILED),
        ((check("Orchestra", FAILED),), Step.CHECKS_FAILED),
    ],
)
def test_our_own_check_is_told_by_its_app(checks: tuple[Check, ...], step: Step) -> None:
    assert judged(checks=checks, now=100)[0] is step


def test_our_own_check_does_not_stand_for_a_required_one() -> None:
    assert judged("test", checks=(check(app_id=OURS),))[0] is Step.WAIT


@pytest.mark.parametrize(
    ("done", "ready", "step"),
    [
        (5, 20, Step.WAIT),
        # Both times are whole seconds: in doubt, it was skipped as a draft.
        (20, 20, Step.WAIT),
        (21, 20, Step.MERGE),
    ],
)
def test_a_check_skipped_before_ready_does_not_count(done: float, ready: float, step: Step) -> None:
    assert judged("test", checks=(skipped(done),), ready_at=at(ready), now=30)[0] is step


def test_a_check_that_ran_before_ready_counts() -> None:
    early = check(completed_at=at(5))
    assert judged("test", checks=(early,), ready_at=at(20), now=30)[0] is Step.MERGE


@pytest.mark.parametrize("since", ["head_seen_at", "ready_at"])
def test_the_grace_runs_from_the_latest_of_opened_pushed_and_ready(since: str) -> None:
    times: dict[str, Any] = {"head_seen_at": at(-50), "ready_at": at(-50), since: at(50)}
    assert judged(now=139, **times)[0] is Step.WAIT
    assert judged(now=140, **times)[0] is Step.MERGE


@pytest.mark.parametrize(
    ("now", "checks", "expected"),
    [
        (90, (), (Step.WAIT, "a check to start, as the base branch has some", 3600)),
        (3600, (), (Step.ASK_PERSON, "a check to start, as the base branch has some", None)),
        (90, (check(),), (Step.MERGE, "", None)),
    ],
)
def test_none_at_all_does_not_pass_where_the_base_has_some(
    now: float, checks: tuple[Check, ...], expected: tuple[Step, str, float | None]
) -> None:
    assert judged(now=now, checks=checks, base=BaseBranch(has_checks=True)) == expected


@pytest.mark.parametrize(
    ("seen", "step"),
    [
        ({"checks": (check(state=FAILED),)}, Step.MERGE),
        ({"checks": ()}, Step.MERGE),
        ({"is_draft": True}, Step.MARK_READY),
        ({"mergeable": False}, Step.CONFLICT),
        ({"mergeable": None}, Step.WAIT),
        ({"review_decision": "REVIEW_REQUIRED"}, Step.WAIT),
    ],
)
def test_immediately_asks_for_no_checks(seen: dict[str, Any], step: Step) -> None:
    assert judged(when=MergeWhen.IMMEDIATELY, now=0, **seen)[0] is step


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ((check(),), (Step.WAIT, "a person to merge it", None)),
        ((check(state=RUNNING),), (Step.WAIT, "check “test” to finish", None)),
        ((check(state=FAILED),), (Step.CHECKS_FAILED, "check “test” failed", None)),
    ],
)
def test_manual_leaves_the_merge_to_a_person(
    checks: tuple[Check, ...], expected: tuple[Step, str, float | None]
) -> None:
    assert judged("test", when=MergeWhen.MANUAL, checks=checks) == expected
