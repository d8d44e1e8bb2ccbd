"""What the client makes of checks and rules, without any network."""

from typing import Any

import pytest

from bot.clients.github.rollup import base_of, newest_checks
from bot.clients.github.rules import MERGE_METHODS, as_rules, combined
from bot.core.model.identifiers import CommitSha
from bot.core.model.observations import BaseBranch, BranchRules, CheckState

RUNNING, PASSED, FAILED = CheckState.RUNNING, CheckState.PASSED, CheckState.FAILED
LATER = "2026-11-21T10:00:00Z"


def suite(app: int = 15368, slug: str = "github-actions", workflow: int = 1) -> dict[str, Any]:
    run = {"workflow": {"databaseId": workflow}}
    return {"app": {"databaseId": app, "slug": slug}, "workflowRun": run}


def run(name: str = "build", **changes: Any) -> dict[str, Any]:
    return {
        "__typename": "CheckRun",
        "databaseId": 1,
        "name": name,
        "status": "COMPLETED",
        "conclusion": "SUCCESS",
        "completedAt": LATER,
        "detailsUrl": "https://ci.test/1",
        "checkSuite": suite(),
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
    assert (check.id, check.is_actions) == (1, True)


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
    ours = run(databaseId=2, checkSuite=suite(7, "orchestra"))
    checks = newest_checks([run(conclusion="FAILURE"), ours, run("alpha")])
    assert [(check.name, check.app_id, check.state) for check in checks] == [
        ("alpha", 15368, PASSED),
        ("build", 7, PASSED),
        ("build", 15368, FAILED),
    ]


def test_jobs_of_one_name_in_two_workflows_both_count() -> None:
    other = run(databaseId=2, checkSuite=suite(workflow=2))
    checks = newest_checks([run(conclusion="FAILURE"), other])
    assert [check.state for check in checks] == [FAILED, PASSED]


def test_without_a_permission_the_workflow_is_not_told() -> None:
    app = {"databaseId": 15368, "slug": "github-actions"}
    runs = [run(databaseId=number, checkSuite={"app": app}) for number in (1, 2)]
    [check] = newest_checks([*runs, run(databaseId=3, checkSuite={"app": None})])[1:]
    assert (check.id, check.is_actions) == (2, True)


@pytest.mark.parametrize(
    ("contexts", "expected"),
    [
        ([], {}),
        ([run(checkSuite=suite(7), conclusion="FAILURE")], {}),
        ([run()], {"has_checks": True}),
        ([run(conclusion="FAILURE"), run(databaseId=2)], {"has_checks": True}),
        ([run(status="QUEUED", conclusion=None)], {"has_checks": True}),
        (
            [status("FAILURE"), run("b", conclusion="FAILURE"), run("a", conclusion="TIMED_OUT")],
            {"has_checks": True, "failed_checks": ("a", "b", "ci")},
        ),
    ],
)
def test_what_the_base_looks_like(contexts: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    assert base_of({"oid": "1" * 40}, contexts, 7) == BaseBranch(
        sha=CommitSha("1" * 40), **expected
    )


def test_a_branch_that_is_gone_has_nothing() -> None:
    assert base_of({}, [], 7) == BaseBranch()


def required(*names: str) -> dict[str, Any]:
    checks = [{"context": name} for name in names]
    return {"type": "required_status_checks", "parameters": {"required_status_checks": checks}}


def reviewed(approvals: int, *methods: str) -> dict[str, Any]:
    parameters = {"required_approving_review_count": approvals, "allowed_merge_methods": methods}
    return {"type": "pull_request", "parameters": parameters}


def protected(**parts: Any) -> list[dict[str, Any]]:
    return as_rules({"enabled": True, **parts})


def rule(kind: str, **parameters: Any) -> dict[str, Any]:
    return {"type": kind, "parameters": parameters}


OWNERS = {"required_approving_review_count": 1, "require_code_owner_reviews": True}
ON = {"enabled": True}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], {}),
        ([required("a", "b")], {"required_checks": ("a", "b")}),
        (
            [*protected(required_status_checks={"contexts": ["c"]}), required("a"), required("a")],
            {"required_checks": ("c", "a")},
        ),
        ([reviewed(1), reviewed(2)], {"required_approvals": 2}),
        (
            [reviewed(0, "merge", "squash"), reviewed(0, "squash", "rebase")],
            {"merge_methods": ("squash",)},
        ),
        ([rule("required_linear_history")], {"merge_methods": ("squash", "rebase")}),
        (protected(required_linear_history=ON), {"merge_methods": ("squash", "rebase")}),
        (protected(required_pull_request_reviews=OWNERS), {"required_approvals": 1}),
        (
            [rule("pull_request", required_review_thread_resolution=True), reviewed(0)],
            {"resolved_threads": True},
        ),
        (protected(required_conversation_resolution=ON), {"resolved_threads": True}),
        (protected(required_conversation_resolution={"enabled": False}), {}),
        ([rule("merge_queue", merge_method="SQUASH")], {"merge_queue": True}),
        ([rule("required_signatures")] * 2, {"other_rules": ("required_signatures",)}),
        (protected(required_signatures=ON), {"other_rules": ("required_signatures",)}),
        (
            [rule("code_scanning"), rule("something_new")],
            {"other_rules": ("code_scanning", "something_new")},
        ),
        ([{"type": kind} for kind in ("deletion", "non_fast_forward", "creation", "update")], {}),
    ],
)
def test_all_rules_hold_together(rules: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    assert combined(rules, MERGE_METHODS) == BranchRules(**expected)
