"""Checks: which count, which are awaited, which have failed."""

from typing import Any

import pytest

from bot.core.merge_policy import Step
from bot.core.model.observations import BaseBranch, Check
from bot.core.model.settings import MergeWhen
from tests.core.merge_policy.candidates import (
    FAILED,
    OPENED,
    OURS,
    RUNNING,
    at,
    check,
    requiring,
    skipped,
    verdict,
    when,
)

Expected = tuple[Step, str, float | None]


def judged(*required: str, **more: Any) -> Expected:
    """The verdict's step, reason and time, which is in seconds after the opening."""
    found = verdict(rules=requiring(*required), **more)
    until = (found.until - OPENED).total_seconds() if found.until else None
    return found.step, found.reason, until


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
        (
            ["test"],
            [check(state=FAILED), check("e2e", RUNNING)],
            3599,
            (Step.WAIT, "check “e2e” to finish, as check “test” failed", 3600),
        ),
        (
            ["test"],
            [check(state=FAILED), check("e2e", RUNNING)],
            3600,
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
def test_green(required: list[str], checks: list[Check], now: float, expected: Expected) -> None:
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
    assert judged(checks=checks)[0] is step


def test_our_own_check_does_not_stand_for_a_required_one() -> None:
    assert judged("test", checks=(check(app_id=OURS),))[0] is Step.WAIT


@pytest.mark.parametrize(
    ("ignored", "step"), [(("test",), Step.MERGE), (("tes",), Step.CHECKS_FAILED)]
)
@pytest.mark.parametrize("app_id", [None, 15368])
def test_ignored_checks_do_not_count(
    ignored: tuple[str, ...], step: Step, app_id: int | None
) -> None:
    settings = {"ignore_checks": ignored}
    assert judged(checks=(check(state=FAILED, app_id=app_id),), settings=settings)[0] is step


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
@pytest.mark.parametrize(("now", "step"), [(139, Step.WAIT), (140, Step.MERGE)])
def test_the_grace_runs_from_the_latest_of_opened_pushed_and_ready(
    since: str, now: float, step: Step
) -> None:
    seen_at, ready_at = (at(50), at(-50)) if since == "head_seen_at" else (at(-50), at(50))
    assert judged(now=now, fetch={"head_seen_at": seen_at}, ready_at=ready_at)[0] is step


@pytest.mark.parametrize(
    ("now", "checks", "expected"),
    [
        (90, (), (Step.WAIT, "a check to start, as the base branch has some", 3600)),
        (3600, (), (Step.ASK_PERSON, "a check to start, as the base branch has some", None)),
        (90, (check(),), (Step.MERGE, "", None)),
    ],
)
def test_none_at_all_does_not_pass_where_the_base_has_some(
    now: float, checks: tuple[Check, ...], expected: Expected
) -> None:
    assert judged(now=now, checks=checks, base=BaseBranch(has_checks=True)) == expected


def test_grace_and_timeout_are_settings() -> None:
    settings = {"grace": 20, "checks_timeout": 40}
    assert judged(now=19, settings=settings)[0] is Step.WAIT
    assert judged(now=20, settings=settings)[0] is Step.MERGE
    assert judged("test", now=40, settings=settings)[0] is Step.ASK_PERSON


@pytest.mark.parametrize(
    ("checks", "step", "may_be_merged"),
    [
        ((), Step.WAIT, False),
        ((check(state=RUNNING),), Step.WAIT, False),
        ((check(state=FAILED),), Step.CHECKS_FAILED, False),
        ((check(), check("lint", FAILED)), Step.MERGE, False),
        ((check(), check("lint", RUNNING)), Step.MERGE, False),
    ],
    ids=["missing", "running", "failed", "another failed", "another runs"],
)
@pytest.mark.parametrize("way", ["immediately", "merge_now"])
def test_what_github_requires_is_awaited_whatever_we_ask(
    checks: tuple[Check, ...], step: Step, may_be_merged: bool, way: str
) -> None:
    fetch = {"merge_now": way == "merge_now"}
    policy = MergeWhen.IMMEDIATELY if way == "immediately" else MergeWhen.GREEN
    found = verdict(
        now=0, rules=requiring("test"), settings=when(policy), fetch=fetch, checks=checks
    )
    assert (found.step, found.may_be_merged) == (step, may_be_merged)


@pytest.mark.parametrize(
    ("required", "checks", "may_be_merged"),
    [
        ([], [], True),
        ([], [check(state=RUNNING)], True),
        ([], [check(state=FAILED)], True),
        (["test"], [check(), check("lint", FAILED)], True),
        (["test"], [check(), check("lint", RUNNING)], True),
        (["test"], [], False),
        (["test"], [check(state=RUNNING)], False),
        (["test"], [check(state=FAILED), check("lint", FAILED)], False),
    ],
)
def test_merge_is_offered_only_past_our_own_policy(
    required: list[str], checks: list[Check], may_be_merged: bool
) -> None:
    found = verdict(now=0, rules=requiring(*required), checks=tuple(checks))
    assert found.step in (Step.WAIT, Step.CHECKS_FAILED)
    assert found.may_be_merged is may_be_merged


@pytest.mark.parametrize(
    ("failed", "required", "ignored", "is_red"),
    [
        ((), (), (), False),
        (("test",), (), (), True),
        (("test",), ("test",), (), True),
        (("nightly",), ("test",), (), False),
        (("test",), (), ("test",), False),
        (("test",), ("test",), ("test",), False),
    ],
)
def test_nothing_is_merged_onto_a_red_base(
    failed: tuple[str, ...], required: tuple[str, ...], ignored: tuple[str, ...], is_red: bool
) -> None:
    checks = () if "test" in ignored else (check(),)
    found = verdict(
        rules=requiring(*(name for name in required if name not in ignored)),
        settings={"ignore_checks": ignored},
        base=BaseBranch(failed_checks=failed),
        checks=checks,
    )
    assert found.step is (Step.WAIT if is_red else Step.MERGE)
    assert found.needs_person is is_red


@pytest.mark.parametrize(
    ("failed", "reason"),
    [
        (("test",), "`main` to be green again, where check “test” fails"),
        (("b", "a"), "`main` to be green again, where checks “a”, “b” fail"),
    ],
)
def test_a_red_base_is_named(failed: tuple[str, ...], reason: str) -> None:
    found = verdict(base=BaseBranch(failed_checks=failed), checks=(check(),))
    assert (found.reason, found.may_be_merged) == (reason, True)


def test_a_person_may_merge_onto_a_red_base() -> None:
    base = BaseBranch(failed_checks=("test",))
    assert verdict(base=base, fetch={"merge_now": True}).step is Step.MERGE
