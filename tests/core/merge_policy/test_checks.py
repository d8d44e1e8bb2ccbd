"""Checks: which count, which are awaited, which have failed."""

from functools import partial
from typing import Any

import pytest

from bot.core.merge_policy import Step
from bot.core.model.observations import BaseBranch, Check
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.settings import MergeWhen
from tests.core.merge_policy.candidates import (
    FAILED,
    OPENED,
    OURS,
    RUNNING,
    at,
    check,
    merge_allowed,
    reason,
    requiring,
    skipped,
    verdict,
    wait,
    when,
)

Expected = tuple[Step, Wait | None, float | None]


failures = partial(wait, WaitKind.CHECK_FAILURES)
running = partial(wait, WaitKind.CHECKS_RUNNING)
to_start = partial(wait, WaitKind.CHECKS_TO_START)


def evaluated(*required: str, **more: Any) -> Expected:
    """The verdict's step, reason and time, which is in seconds after the opening."""
    found = verdict(rules=requiring(*required), **more)
    until = (found.until - OPENED).total_seconds() if found.until else None
    return found.step, reason(found), until


@pytest.mark.parametrize(
    ("required", "checks", "now", "expected"),
    [
        (["test"], [check()], 0, (Step.MERGE, None, None)),
        (["test"], [check(state=FAILED)], 0, (Step.CHECKS_FAILED, failures("test"), None)),
        (
            ["test"],
            [check(), check("lint", FAILED)],
            0,
            (Step.CHECKS_FAILED, failures("lint"), None),
        ),
        (
            ["test"],
            [check(state=FAILED), check("lint", FAILED)],
            0,
            (Step.CHECKS_FAILED, failures("lint", "test"), None),
        ),
        (
            ["test", "lint"],
            [check(state=FAILED)],
            0,
            (Step.CHECKS_FAILED, failures("test"), None),
        ),
        (
            ["test"],
            [check(state=FAILED), check("e2e", RUNNING)],
            3599,
            (Step.WAIT, running("e2e", failed=("test",)), 3600),
        ),
        (
            ["test"],
            [check(state=FAILED), check("e2e", RUNNING)],
            3600,
            (Step.CHECKS_FAILED, failures("test"), None),
        ),
        (["test"], [check(state=RUNNING)], 0, (Step.WAIT, running("test"), 3600)),
        (
            ["test"],
            [check(), check("slow", RUNNING)],
            0,
            (Step.WAIT, running("slow"), 3600),
        ),
        (["test"], [], 0, (Step.WAIT, to_start("test"), 3600)),
        (["test"], [], 3599, (Step.WAIT, to_start("test"), 3600)),
        (["test"], [], 3600, (Step.ASK_PERSON, to_start("test"), None)),
        (
            ["test", "lint"],
            [check("other")],
            0,
            (Step.WAIT, to_start("lint", "test"), 3600),
        ),
        ([], [check()], 90, (Step.MERGE, None, None)),
        ([], [], 90, (Step.MERGE, None, None)),
        (
            [],
            [check()],
            89,
            (Step.WAIT, wait(WaitKind.CHECKS_GRACE, until=at(90)), 90),
        ),
        ([], [check(state=RUNNING)], 500, (Step.WAIT, running("test"), 3600)),
        ([], [check(state=RUNNING)], 3600, (Step.ASK_PERSON, running("test"), None)),
        ([], [check(state=FAILED)], 5, (Step.CHECKS_FAILED, failures("test"), None)),
        (["test"], [skipped(5)], 10, (Step.MERGE, None, None)),
    ],
)
def test_green(required: list[str], checks: list[Check], now: float, expected: Expected) -> None:
    assert evaluated(*required, checks=tuple(checks), now=now) == expected


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
    assert evaluated(checks=checks)[0] is step


def test_our_own_check_does_not_stand_for_a_required_one() -> None:
    assert evaluated("test", checks=(check(app_id=OURS),))[0] is Step.WAIT


@pytest.mark.parametrize(
    ("ignored", "step"), [(("test",), Step.MERGE), (("tes",), Step.CHECKS_FAILED)]
)
@pytest.mark.parametrize("app_id", [None, 15368])
def test_ignored_checks_do_not_count(
    ignored: tuple[str, ...], step: Step, app_id: int | None
) -> None:
    settings = {"ignore_checks": ignored}
    assert evaluated(checks=(check(state=FAILED, app_id=app_id),), settings=settings)[0] is step


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
    assert evaluated("test", checks=(skipped(done),), ready_at=at(ready), now=30)[0] is step


def test_a_check_that_ran_before_ready_counts() -> None:
    early = check(completed_at=at(5))
    assert evaluated("test", checks=(early,), ready_at=at(20), now=30)[0] is Step.MERGE


@pytest.mark.parametrize("since", ["head_seen_at", "ready_at"])
@pytest.mark.parametrize(("now", "step"), [(139, Step.WAIT), (140, Step.MERGE)])
def test_the_grace_runs_from_the_latest_of_opened_pushed_and_ready(
    since: str, now: float, step: Step
) -> None:
    seen_at, ready_at = (at(50), at(-50)) if since == "head_seen_at" else (at(-50), at(50))
    assert evaluated(now=now, fetch={"head_seen_at": seen_at}, ready_at=ready_at)[0] is step


def test_grace_and_timeout_are_settings() -> None:
    settings = {"grace": 20, "checks_timeout": 40}
    assert evaluated(now=19, settings=settings)[0] is Step.WAIT
    assert evaluated(now=20, settings=settings)[0] is Step.MERGE
    assert evaluated("test", now=40, settings=settings)[0] is Step.ASK_PERSON


@pytest.mark.parametrize(
    ("checks", "step", "allowed"),
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
    checks: tuple[Check, ...], step: Step, allowed: bool, way: str
) -> None:
    fetch = {"merge_now": way == "merge_now"}
    policy = MergeWhen.IMMEDIATELY if way == "immediately" else MergeWhen.GREEN
    found = verdict(
        now=0, rules=requiring("test"), settings=when(policy), fetch=fetch, checks=checks
    )
    assert (found.step, merge_allowed(found)) == (step, allowed)


@pytest.mark.parametrize(
    ("required", "checks", "allowed"),
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
    required: list[str], checks: list[Check], allowed: bool
) -> None:
    found = verdict(now=0, rules=requiring(*required), checks=tuple(checks))
    assert found.step in (Step.WAIT, Step.CHECKS_FAILED)
    assert merge_allowed(found) is allowed


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


@pytest.mark.parametrize(("failed", "names"), [(("test",), ("test",)), (("b", "a"), ("a", "b"))])
def test_a_red_base_is_named(failed: tuple[str, ...], names: tuple[str, ...]) -> None:
    found = verdict(base=BaseBranch(failed_checks=failed), checks=(check(),))
    assert reason(found) == wait(WaitKind.BASE_RED, *names, branch="main")
    assert merge_allowed(found)


def test_a_person_may_merge_onto_a_red_base() -> None:
    base = BaseBranch(failed_checks=("test",))
    assert verdict(base=base, fetch={"merge_now": True}).step is Step.MERGE


@pytest.mark.parametrize(
    ("red", "settings", "rules", "is_red"),
    [
        (check(state=FAILED, workflow_name="Nightly"), ("Nightly",), {}, False),
        (check(state=FAILED, app="stats", app_id=4), ("stats",), {}, False),
        (check(state=FAILED, app="stats", app_id=4), ("Nightly",), {}, True),
        (check(state=FAILED, app_id=4, id=1), (), {"required_apps": (("test", 5),)}, False),
        (check(state=FAILED, app_id=5, id=1), (), {"required_apps": (("test", 5),)}, True),
        (check(state=FAILED), (), {"required_apps": (("test", 5),)}, True),
    ],
    ids=["workflow", "App", "another", "of another App", "of that App", "a status"],
)
def test_a_red_base_is_judged_by_what_its_checks_are(
    red: Check, settings: tuple[str, ...], rules: dict[str, Any], is_red: bool
) -> None:
    found = verdict(
        rules={**requiring(*("test" for _ in rules)), **rules},
        settings={"ignore_checks": settings},
        base=BaseBranch(failed_checks=("test",), checks=(red, check())),
        checks=(check(app_id=5),),
    )
    assert found.step is (Step.WAIT if is_red else Step.MERGE)


def test_one_check_that_counts_is_enough_for_a_red_base() -> None:
    ignored, counted = check(state=FAILED, app="stats"), check(state=FAILED, app="ci")
    base = BaseBranch(failed_checks=("test",), checks=(ignored, counted))
    found = verdict(settings={"ignore_checks": ("stats",)}, base=base, checks=(check(),))
    assert reason(found) == wait(WaitKind.BASE_RED, "test", branch="main")
