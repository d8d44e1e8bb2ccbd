"""No evidence is not green: what is missing, was skipped, called off or waits for a person."""

from typing import Any

import pytest

from bot.core.merge_policy import Step
from bot.core.model.observations import Check, CheckState, ExpectedCheck
from bot.core.model.reasons import Wait, WaitKind
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
    verdict,
    wait,
)

CI = ExpectedCheck(name="CI", app_id=15368, workflow=1)
STATUS = ExpectedCheck(name="ci/circle")
OTHER_APP = ExpectedCheck(name="circle", app_id=4)
RAN = check(app_id=15368, workflow=1, workflow_event="pull_request")
EXPECTED = WaitKind.CHECKS_EXPECTED


def evaluated(*checks: Check, now: float, **facts: Any) -> tuple[Step, Wait | None, float | None]:
    rules = facts.pop("rules", None)
    settings = facts.pop("settings", None)
    seen = {name: facts.pop(name) for name in ("ready_at",) if name in facts}
    found = verdict(now, rules, settings, facts, checks=checks, **seen)
    until = (found.until - OPENED).total_seconds() if found.until else None
    return found.step, reason(found), until


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        (CI, RAN),
        (STATUS, check("ci/circle")),
        (OTHER_APP, check("build", app_id=4)),
    ],
    ids=["workflow", "status", "another App"],
)
def test_what_ran_for_earlier_pull_requests_is_awaited(
    expected: ExpectedCheck, shown: Check
) -> None:
    scan = check("secret scan", app_id=9)
    waits = wait(EXPECTED, expected.name)
    assert evaluated(scan, now=90, expected=(expected,)) == (Step.WAIT, waits, 600)
    assert evaluated(scan, now=600, expected=(expected,)) == (Step.ASK_PERSON, waits, None)
    assert evaluated(scan, shown, now=90, expected=(expected,))[0] is Step.MERGE


@pytest.mark.parametrize(
    "other",
    [
        check(app_id=15368, workflow=1, workflow_event="push"),
        check(app_id=15368, workflow=2, workflow_event="pull_request"),
        check("CI"),
    ],
    ids=["for a push", "of another workflow", "a status of that name"],
)
def test_something_else_is_no_evidence(other: Check) -> None:
    assert evaluated(other, now=90, expected=(CI,))[1] == wait(EXPECTED, "CI")


@pytest.mark.parametrize("state", ["clean", "has_hooks", "unstable"])
def test_what_github_calls_mergeable_is_no_evidence(state: str) -> None:
    def step(*checks: Check, now: float = 90, **fetch: Any) -> Step:
        return verdict(now, fetch=fetch, checks=checks, merge_state=state).step

    assert step(now=10) is Step.WAIT
    assert step(check(state=RUNNING)) is Step.WAIT
    assert step(check(state=FAILED)) is Step.CHECKS_FAILED
    assert step(expected=(CI,)) is Step.WAIT


def test_a_workflow_with_filters_is_awaited_for_the_grace_alone() -> None:
    filtered = ExpectedCheck(name="CI", app_id=15368, workflow=1, has_filters=True)
    assert evaluated(now=89, expected=(filtered,))[0] is Step.WAIT
    assert evaluated(now=90, expected=(filtered,))[0] is Step.MERGE


def test_what_is_ignored_is_not_awaited() -> None:
    assert evaluated(now=90, expected=(CI,), settings={"ignore_checks": ("CI",)})[0] is Step.MERGE


@pytest.mark.parametrize("name", ["CI", "github-actions", "test"])
def test_a_check_is_ignored_by_its_own_name_its_workflows_or_its_apps(name: str) -> None:
    red = check(state=FAILED, app="github-actions", workflow_name="CI")
    assert evaluated(red, now=90, settings={"ignore_checks": (name,)})[0] is Step.MERGE
    assert evaluated(red, now=90, settings={"ignore_checks": ("C",)})[0] is Step.CHECKS_FAILED


@pytest.mark.parametrize("name", ["test", "github-actions"])
def test_what_is_ignored_has_run_all_the_same(name: str) -> None:
    expected = ExpectedCheck(name="CI", app_id=15368, app="github-actions", workflow=1)
    settings = {"ignore_checks": (name,)}
    ran = check(
        state=FAILED,
        app_id=15368,
        app="github-actions",
        workflow=1,
        workflow_event="pull_request",
    )
    assert evaluated(ran, now=90, expected=(expected,), settings=settings)[0] is Step.MERGE
    unseen = evaluated(now=90, expected=(expected,), settings=settings)[0]
    assert unseen is (Step.WAIT if name == "test" else Step.MERGE)


def test_required_checks_need_no_other_evidence() -> None:
    assert evaluated(check(), now=0, expected=(CI,), rules=requiring("test"))[0] is Step.MERGE


@pytest.mark.parametrize(("began", "step"), [(10, Step.ASK_PERSON), (21, Step.MERGE)])
def test_a_job_reported_skipped_after_ready_belongs_to_its_suites_time(
    began: float, step: Step
) -> None:
    late = check(skipped=True, suite_created_at=at(began), completed_at=at(25))
    found = evaluated(late, now=200, ready_at=at(20))
    assert found[0] is step
    if step is Step.ASK_PERSON:
        assert found[1] == wait(WaitKind.CHECKS_SKIPPED, "test")
        ran = check(suite_created_at=at(21))
        assert evaluated(late, ran, now=200, ready_at=at(20))[0] is Step.MERGE
        assert evaluated(late, now=60, ready_at=at(20))[1] == wait(
            WaitKind.CHECKS_GRACE, until=at(110)
        )


@pytest.mark.parametrize(
    "other",
    [
        {"workflow": 2, "workflow_event": "pull_request", "app_id": 1},
        {"workflow": 1, "workflow_event": "push", "app_id": 1},
        {"app_id": 8},
        {},
    ],
    ids=["another workflow", "for a push", "another App", "a status"],
)
def test_another_check_of_that_name_is_not_what_a_draft_skipped(other: dict[str, Any]) -> None:
    of: dict[str, Any] = {"workflow": 1, "workflow_event": "pull_request", "app_id": 1}
    skipped = check(skipped=True, suite_created_at=at(10), **of)
    found = evaluated(skipped, check(**other), now=200, ready_at=at(20))
    assert found[:2] == (Step.ASK_PERSON, wait(WaitKind.CHECKS_SKIPPED, "test"))
    ran = check(suite_created_at=at(30), **of)
    assert evaluated(skipped, ran, now=200, ready_at=at(20))[0] is Step.MERGE


@pytest.mark.parametrize(("started", "step"), [(19, Step.ASK_PERSON), (21, Step.MERGE)])
def test_another_apps_run_that_began_on_the_draft_is_told_by_its_start(
    started: float, step: Step
) -> None:
    late = check(skipped=True, app_id=8, started_at=at(started), completed_at=at(25))
    assert evaluated(late, now=200, ready_at=at(20))[0] is step


def test_a_required_check_counts_of_its_app_alone() -> None:
    rules = {"required_checks": ("test",), "required_apps": (("test", 17),)}
    waits = wait(WaitKind.CHECKS_TO_START, "test")
    for other in (check(app_id=8), check(), check(is_required=False)):
        assert evaluated(other, now=5, rules=rules) == (Step.WAIT, waits, 3600)
    for right in (check(app_id=17), check(is_required=True)):
        assert evaluated(right, now=5, rules=rules)[0] is Step.MERGE
    assert evaluated(check(app_id=8), check(app_id=17), now=5, rules=rules)[0] is Step.MERGE


def test_a_check_that_two_apps_have_to_report_is_awaited_from_both() -> None:
    rules = {"required_checks": ("test",), "required_apps": (("test", 17), ("test", 8))}
    waits = wait(WaitKind.CHECKS_TO_START, "test")
    assert evaluated(check(app_id=17), now=5, rules=rules) == (Step.WAIT, waits, 3600)
    both = (check(app_id=17), check(app_id=8))
    assert evaluated(*both, now=5, rules=rules)[0] is Step.MERGE


def test_another_apps_required_check_may_be_called_as_ours() -> None:
    rules = {"required_checks": ("Orchestra",), "required_apps": (("Orchestra", 17),)}
    waits = wait(WaitKind.CHECKS_TO_START, "Orchestra")
    ours = check("Orchestra", RUNNING, app_id=OURS)
    assert evaluated(ours, now=5, rules=rules) == (Step.WAIT, waits, 3600)
    assert evaluated(ours, check("Orchestra", app_id=17), now=5, rules=rules)[0] is Step.MERGE


def test_what_github_requires_cannot_be_ignored() -> None:
    facts: dict[str, Any] = {"rules": requiring("test"), "settings": {"ignore_checks": ("test",)}}
    assert evaluated(check(), now=5, **facts)[0] is Step.MERGE
    assert evaluated(check(state=RUNNING), now=5, **facts)[1] == wait(
        WaitKind.CHECKS_RUNNING, "test"
    )
    assert evaluated(check(state=FAILED), now=5, **facts)[0] is Step.CHECKS_FAILED


@pytest.mark.parametrize(
    "rules",
    [
        requiring("Orchestra"),
        {"required_checks": ("gate",), "required_apps": (("gate", OURS),)},
    ],
)
def test_our_own_required_check_is_a_mistake_in_the_rules(rules: dict[str, Any]) -> None:
    step, why, _ = evaluated(check("Orchestra", RUNNING, app_id=OURS), now=5, rules=rules)
    assert step is Step.ASK_PERSON
    assert why is not None
    assert (why.kind, why.branch) == (WaitKind.OWN_CHECK_REQUIRED, "main")


def test_a_cancelled_check_is_run_again_and_is_no_failure() -> None:
    cancelled = check(state=CheckState.INTERRUPTED, workflow_run=3)
    waits = wait(WaitKind.CHECKS_INTERRUPTED, "test")
    assert evaluated(cancelled, now=5) == (Step.CHECKS_INTERRUPTED, waits, None)
    # GitHub runs no workflow again while it is at work.
    assert evaluated(cancelled, check("e2e", RUNNING), now=5)[0] is Step.WAIT
    assert evaluated(cancelled, check("lint", FAILED), now=5)[0] is Step.CHECKS_FAILED


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"is_actions": True}, WaitKind.WORKFLOW_APPROVAL),
        ({"app_id": 17}, WaitKind.CHECKS_BLOCKED),
    ],
)
def test_what_only_a_person_can_let_go_on_is_a_persons_at_once(
    facts: dict[str, Any], kind: WaitKind
) -> None:
    blocked = check(state=CheckState.BLOCKED, **facts)
    found = evaluated(blocked, check("e2e", RUNNING), now=5)
    assert found == (Step.ASK_PERSON, wait(kind, "test"), None)


def test_a_check_that_began_late_has_its_time_too() -> None:
    late = check(state=RUNNING, started_at=at(3000))
    assert evaluated(late, now=3700)[0] is Step.WAIT
    assert evaluated(late, now=6600)[0] is Step.ASK_PERSON


def test_a_check_that_never_ends_is_not_hidden_by_those_that_begin_later() -> None:
    stuck = check("stuck", RUNNING, app_id=8, id=1, started_at=at(10))
    late = check("late", RUNNING, app_id=8, id=2, started_at=at(3000))
    both = wait(WaitKind.CHECKS_RUNNING, "late", "stuck")
    assert evaluated(stuck, late, now=3600) == (Step.WAIT, both, 3610)
    alone = wait(WaitKind.CHECKS_RUNNING, "stuck")
    assert evaluated(stuck, late, now=3610) == (Step.ASK_PERSON, alone, None)


def test_a_status_that_is_reported_again_and_again_began_at_first() -> None:
    again = check("bot", RUNNING, started_at=at(7000))
    assert evaluated(again, now=7100, pending_since=at(5))[0] is Step.ASK_PERSON
    # One that came late has its time too.
    assert evaluated(again, now=7100, pending_since=at(7000))[0] is Step.WAIT


def test_merge_is_not_offered_past_a_required_check_that_is_missing() -> None:
    rules = requiring("test", "lint")
    found = verdict(5, rules, checks=(check("e2e", FAILED), check("test")))
    assert found.step is Step.CHECKS_FAILED
    assert not merge_allowed(found)
