"""What the client makes of checks and rules, without any network."""

from typing import Any

import pytest

from bot.clients.github.rules import MERGE_METHODS, combined
from bot.clients.github.snapshot import newest_checks
from bot.core.snapshots import BranchRules, CheckState

RUNNING, PASSED, FAILED = CheckState.RUNNING, CheckState.PASSED, CheckState.FAILED
LATER = "2026-11-21T10:00:00Z"


def run(name: str = "build", **changes: Any) -> dict[str, Any]:
    return {
        "__typename": "CheckRun",
        "databaseId": 1,
        "name": name,
        "status": "COMPLETED",
        "conclusion": "SUCCESS",
        "completedAt": LATER,
        "detailsUrl": "https://ci.test/1",
        "checkSuite": {"app": {"databaseId": 15368}},
        **changes,
    }


def status(state: str, context: str = "ci") -> dict[str, Any]:
    return {
        "__typename": "StatusContext",
        "context": context,
        "state": state,
        "createdAt": LATER,
        "targetUrl": None,
    }


@pytest.mark.parametrize(
    ("conclusion", "state"),
    [
        ("SUCCESS", PASSED),
        ("NEUTRAL", PASSED),
        ("SKIPPED", PASSED),
        ("FAILURE", FAILED),
        ("TIMED_OUT", FAILED),
        ("CANCELLED", FAILED),
        ("ACTION_REQUIRED", FAILED),
        ("STALE", FAILED),
        ("STARTUP_FAILURE", FAILED),
        ("SOMETHING_NEW", FAILED),
    ],
)
def test_a_completed_run_passes_or_fails(conclusion: str, state: CheckState) -> None:
    [check] = newest_checks([run(conclusion=conclusion)])
    assert (check.state, check.conclusion) == (state, conclusion.lower())
    assert check.skipped is (conclusion == "SKIPPED")
    assert (check.app_id, check.url) == (15368, "https://ci.test/1")


@pytest.mark.parametrize("word", ["QUEUED", "IN_PROGRESS", "WAITING", "PENDING", "REQUESTED"])
def test_whatever_is_not_completed_is_running(word: str) -> None:
    [check] = newest_checks([run(status=word, conclusion=None, completedAt=None)])
    assert (check.state, check.conclusion, check.completed_at) == (RUNNING, "", None)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("SUCCESS", PASSED),
        ("PENDING", RUNNING),
        ("EXPECTED", RUNNING),
        ("FAILURE", FAILED),
        ("ERROR", FAILED),
    ],
)
def test_a_status_is_a_check_of_no_app(word: str, state: CheckState) -> None:
    [check] = newest_checks([status(word)])
    assert (check.name, check.state, check.app_id) == ("ci", state, None)
    assert (check.completed_at is None) is (state is RUNNING)


@pytest.mark.parametrize("order", [1, -1])
def test_the_newest_run_of_a_name_counts(order: int) -> None:
    runs = [run(conclusion="FAILURE"), run(databaseId=2)][::order]
    [check] = newest_checks(runs)
    assert check.state is PASSED


def test_another_apps_run_of_the_same_name_counts_too() -> None:
    ours = run(databaseId=2, checkSuite={"app": {"databaseId": 7}})
    checks = newest_checks([run(conclusion="FAILURE"), ours, run("alpha")])
    assert [(check.name, check.app_id, check.state) for check in checks] == [
        ("alpha", 15368, PASSED),
        ("build", 7, PASSED),
        ("build", 15368, FAILED),
    ]


def required(*names: str) -> dict[str, Any]:
    checks = [{"context": name} for name in names]
    return {"type": "required_status_checks", "parameters": {"required_status_checks": checks}}


def reviewed(approvals: int, *methods: str) -> dict[str, Any]:
    parameters = {"required_approving_review_count": approvals, "allowed_merge_methods": methods}
    return {"type": "pull_request", "parameters": parameters}


@pytest.mark.parametrize(
    ("rules", "classic", "expected"),
    [
        ([], [], BranchRules()),
        ([{"type": "deletion"}], [], BranchRules()),
        ([required("a", "b")], [], BranchRules(required_checks=("a", "b"))),
        ([required("a"), required("b", "a")], ["c"], BranchRules(required_checks=("c", "a", "b"))),
        ([reviewed(1), reviewed(2)], [], BranchRules(required_approvals=2)),
        (
            [reviewed(0, "merge", "squash"), reviewed(0, "squash", "rebase")],
            [],
            BranchRules(merge_methods=("squash",)),
        ),
        (
            [{"type": "required_linear_history"}],
            [],
            BranchRules(merge_methods=("squash", "rebase")),
        ),
    ],
)
def test_all_rules_hold_together(
    rules: list[dict[str, Any]], classic: list[str], expected: BranchRules
) -> None:
    assert combined(rules, classic, MERGE_METHODS) == expected
