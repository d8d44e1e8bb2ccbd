"""Which runs on a commit count, and what each comes to, without any network."""

from dataclasses import replace
from typing import Any

import pytest

from bot.clients.github.commit_checks import CommitChecks
from bot.clients.github.suites import counting_checks, from_status
from bot.core.model.identifiers import CommitSha
from bot.core.model.observations import BaseBranch, CheckState

RUNNING, PASSED, FAILED = CheckState.RUNNING, CheckState.PASSED, CheckState.FAILED
INTERRUPTED, BLOCKED = CheckState.INTERRUPTED, CheckState.BLOCKED
ACTIONS = {"databaseId": 15368, "slug": "github-actions"}


def at(minute: int) -> str:
    return f"2026-11-21T10:{minute:02}:00Z"


def run(name: str = "test", **changes: Any) -> dict[str, Any]:
    return {
        "databaseId": 1,
        "name": name,
        "status": "COMPLETED",
        "conclusion": "SUCCESS",
        "startedAt": at(1),
        "completedAt": at(2),
        "detailsUrl": "https://ci.test/1",
        **changes,
    }


def suite(*runs: dict[str, Any], workflow: int | None = 1, **changes: Any) -> dict[str, Any]:
    event = changes.pop("event", "pull_request")
    of_run = {
        "databaseId": 9,
        "event": event,
        "workflow": {"databaseId": workflow, "name": "CI"},
        "file": {"path": ".github/workflows/ci.yml"},
    }
    return {
        "id": "CS_1",
        "databaseId": 5,
        "status": "COMPLETED",
        "conclusion": "SUCCESS",
        "createdAt": at(0),
        "app": ACTIONS,
        "branch": {"name": "topic"},
        "workflowRun": of_run if workflow else None,
        "checkRuns": {"nodes": list(runs)},
        **changes,
    }


def states(*suites: dict[str, Any]) -> list[tuple[str, CheckState]]:
    return sorted((check.name, check.state) for check in counting_checks(suites))


FAILURE: dict[str, Any] = {"conclusion": "FAILURE"}
AGAIN: dict[str, Any] = {"databaseId": 2, "startedAt": at(3), "completedAt": at(4)}
LATER: dict[str, Any] = {"databaseId": 6, "createdAt": at(5)}


@pytest.mark.parametrize(
    ("conclusion", "state"),
    [
        ("SUCCESS", PASSED),
        ("NEUTRAL", PASSED),
        ("SKIPPED", PASSED),
        ("FAILURE", FAILED),
        ("TIMED_OUT", FAILED),
        ("STARTUP_FAILURE", FAILED),
        ("CANCELLED", INTERRUPTED),
        ("STALE", INTERRUPTED),
        ("ACTION_REQUIRED", BLOCKED),
        ("SOMETHING_NEW", BLOCKED),
    ],
)
def test_what_a_conclusion_comes_to(conclusion: str, state: CheckState) -> None:
    [check] = counting_checks([suite(run(conclusion=conclusion))])
    assert (check.state, check.conclusion) == (state, conclusion.lower())
    assert check.skipped is (conclusion == "SKIPPED")
    assert (check.id, check.app_id, check.is_actions) == (1, 15368, True)
    assert (check.workflow, check.workflow_name, check.workflow_event) == (1, "CI", "pull_request")


@pytest.mark.parametrize("word", ["QUEUED", "IN_PROGRESS", "WAITING", "PENDING", "REQUESTED"])
def test_whatever_is_not_completed_is_running(word: str) -> None:
    [check] = counting_checks([suite(run(status=word, conclusion=None, completedAt=None))])
    assert (check.state, check.conclusion, check.completed_at) == (RUNNING, "", None)


def test_a_run_for_another_event_hides_no_failure() -> None:
    push = suite(run(**FAILURE), event="push")
    assert states(push, suite(run(databaseId=2), **LATER)) == [("test", FAILED), ("test", PASSED)]
    assert states(suite(run(**FAILURE)), suite(run(databaseId=2), **LATER)) == [("test", PASSED)]


@pytest.mark.parametrize(
    "other",
    [
        {"branch": {"name": "main"}},
        {"branch": None},
        {"app": {"databaseId": 7, "slug": "other-ci"}, "workflow": None},
        {"workflow": 2},
    ],
    ids=["another branch", "no branch", "another App", "another workflow"],
)
def test_a_run_of_something_else_hides_no_failure(other: dict[str, Any]) -> None:
    later = suite(run(databaseId=2), **{**LATER, **other})
    assert ("test", FAILED) in states(suite(run(**FAILURE)), later)


def test_a_job_missing_from_a_later_run_still_counts() -> None:
    first = suite(run("lint", **FAILURE), run("test"))
    assert states(first, suite(run("test"), **LATER)) == [("lint", FAILED), ("test", PASSED)]


def test_a_rerun_replaces_what_had_completed_before_it_started() -> None:
    assert states(suite(run(**FAILURE), run(**AGAIN))) == [("test", PASSED)]
    assert states(suite(run(), run(**AGAIN, **FAILURE))) == [("test", FAILED)]


@pytest.mark.parametrize("started", [at(1), at(2), None])
def test_runs_that_overlap_all_count(started: str | None) -> None:
    second = run(databaseId=2, startedAt=started, completedAt=at(4))
    assert states(suite(run(**FAILURE), second)) == [("test", FAILED), ("test", PASSED)]


@pytest.mark.parametrize("status", ["QUEUED", "IN_PROGRESS", "PENDING", "WAITING"])
def test_a_workflow_that_has_not_ended_counts_as_running(status: str) -> None:
    still: dict[str, Any] = {"status": status, "conclusion": None}
    assert states(suite(run("build"), **still)) == [("CI", RUNNING), ("build", PASSED)]
    assert states(suite(**still)) == [("CI", RUNNING)]
    job = run("build", status="IN_PROGRESS", conclusion=None, completedAt=None)
    assert states(suite(job, **still)) == [("build", RUNNING)]


def test_an_idle_app_is_waited_for_by_nobody() -> None:
    idle: dict[str, Any] = {"app": {"databaseId": 7, "slug": "cursor"}, "workflow": None}
    assert states(suite(status="QUEUED", conclusion=None, **idle)) == []


@pytest.mark.parametrize(
    ("conclusion", "state"),
    [("ACTION_REQUIRED", BLOCKED), ("STARTUP_FAILURE", FAILED), ("CANCELLED", INTERRUPTED)],
)
def test_a_workflow_without_runs_is_named(conclusion: str, state: CheckState) -> None:
    assert states(suite(conclusion=conclusion)) == [("CI", state)]


def test_a_failure_inside_a_cancelled_run_is_no_fault_of_the_code() -> None:
    jobs = (run("build", conclusion="CANCELLED"), run("gate", conclusion="FAILURE"))
    found = states(suite(*jobs, conclusion="CANCELLED"))
    assert found == [("build", INTERRUPTED), ("gate", INTERRUPTED)]


def test_a_superseded_run_that_was_cancelled_counts_no_more() -> None:
    first = suite(run("old name", conclusion="CANCELLED"), conclusion="CANCELLED")
    assert states(first, suite(run(), **LATER)) == [("test", PASSED)]


def test_without_a_permission_the_workflow_is_not_told() -> None:
    unknown = suite(run("build"), workflow=None, status="QUEUED", conclusion=None)
    assert states(unknown) == [("GitHub Actions", RUNNING), ("build", PASSED)]


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
    check = from_status(status(word))
    assert (check.name, check.state, check.app_id) == ("ci", state, None)
    assert (check.completed_at is None) is (state is RUNNING)


def status(state: str, context: str = "ci") -> dict[str, Any]:
    return {"context": context, "state": state, "createdAt": at(2), "targetUrl": None}


def base_of(*suites: dict[str, Any], branch: str = "main") -> BaseBranch:
    found = CommitChecks(OfApp())  # type: ignore[arg-type] # it reads nothing
    found.add({"oid": "1" * 40, "checkSuites": {"nodes": list(suites)}, "status": None})
    return found.base(branch)


@pytest.mark.parametrize("conclusion", ["FAILURE", "CANCELLED"])
def test_a_run_for_another_branch_at_that_commit_says_nothing_of_the_base(conclusion: str) -> None:
    main, other = {"name": "main"}, {"name": "orchestra/epic-1/task-1-abc"}
    of_main = suite(run(), event="push", branch=main)
    called_off: dict[str, Any] = {"event": "push", "conclusion": conclusion, **LATER}
    of_task = suite(run(conclusion=conclusion), **called_off, branch=other)
    release = suite(run(conclusion=conclusion), **called_off, branch={"name": "release"})
    for suites in ([of_main, of_task], [of_main, release], [of_task]):
        base = base_of(*suites)
        assert (base.failed_checks, base.interrupted_checks) == ((), ())
    # One that was only just made is like the branch that it was made from.
    new = base_of(suite(run(**FAILURE), event="push", branch=main), of_task, branch="epic/1")
    assert new.failed_checks == ("test",)


def test_what_another_app_says_of_the_commit_is_said_of_the_base() -> None:
    app: dict[str, Any] = {"app": {"databaseId": 9, "slug": "ci"}, "workflow": None}
    of_app = suite(run("build", **FAILURE), branch={"name": "topic"}, **app)
    assert base_of(suite(run(), branch={"name": "main"}), of_app).failed_checks == ("build",)


class OfApp:
    """All that is asked of an Api that reads nothing."""

    app_id = 7


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, {}),
        ({"suites": [suite(run(), app={"databaseId": 7, "slug": "ours"}, workflow=None)]}, {}),
        ({"suites": [suite(run())]}, {"has_checks": True}),
        (
            {"suites": [suite(run("b", **FAILURE))], "statuses": [status("ERROR", "a")]},
            {"has_checks": True, "failed_checks": ("a", "b")},
        ),
        (
            {"suites": [suite(run("b", conclusion="CANCELLED"), conclusion="CANCELLED")]},
            {"has_checks": True, "interrupted_checks": ("b",), "interrupted_runs": (9,)},
        ),
    ],
)
def test_what_the_base_looks_like(parts: dict[str, Any], expected: dict[str, Any]) -> None:
    found = CommitChecks(OfApp())  # type: ignore[arg-type] # it reads nothing
    found.add(
        {
            "oid": "1" * 40,
            "checkSuites": {"nodes": parts.get("suites", [])},
            "status": {"contexts": parts.get("statuses", [])},
        }
    )
    base = found.base("topic")
    assert replace(base, checks=()) == BaseBranch(sha=CommitSha("1" * 40), **expected)
    assert bool(base.checks) is base.has_checks


def test_a_branch_that_is_gone_has_nothing() -> None:
    found = CommitChecks(OfApp())  # type: ignore[arg-type] # it reads nothing
    assert found.base("topic") == BaseBranch()


@pytest.mark.parametrize(
    ("conclusion", "state"),
    [("CANCELLED", INTERRUPTED), ("STALE", INTERRUPTED), ("STARTUP_FAILURE", FAILED)],
)
def test_a_workflow_that_ended_between_two_jobs_is_not_green(
    conclusion: str, state: CheckState
) -> None:
    assert states(suite(run("build"), conclusion=conclusion)) == [("CI", state), ("build", PASSED)]


def test_what_a_workflows_jobs_tell_is_not_told_twice() -> None:
    failed = suite(run("build", **FAILURE), conclusion="FAILURE")
    assert states(failed) == [("build", FAILED)]


@pytest.mark.parametrize("status", ["QUEUED", "IN_PROGRESS", "WAITING"])
def test_a_run_at_work_counts_whatever_a_later_one_came_to(status: str) -> None:
    at_work: dict[str, Any] = {"status": status, "conclusion": None}
    job = run("e2e", status="IN_PROGRESS", conclusion=None, completedAt=None)
    later = suite(run("build", databaseId=2), **LATER)
    passed = ("build", PASSED)
    assert states(suite(run("build"), **at_work), later) == [("CI", RUNNING), passed]
    assert states(suite(**at_work), later) == [("CI", RUNNING), passed]
    assert states(suite(run("build"), job, **at_work), later) == [passed, ("e2e", RUNNING)]
    # One of the same job, which a later run has skipped, is at work all the same.
    skipped = suite(run("e2e", databaseId=2, conclusion="SKIPPED"), **LATER)
    assert states(suite(job, **at_work), skipped) == [("e2e", PASSED), ("e2e", RUNNING)]
    # As is one of which a later run has passed.
    passing = suite(run("e2e", databaseId=2), **LATER)
    assert states(suite(job, **at_work), passing) == [("CI", RUNNING), ("e2e", PASSED)]


@pytest.mark.parametrize("conclusion", ["FAILURE", "CANCELLED"])
def test_a_later_run_that_skipped_the_job_replaces_nothing(conclusion: str) -> None:
    before = suite(run(conclusion=conclusion), conclusion=conclusion)
    skipped = suite(run(databaseId=2, conclusion="SKIPPED"), conclusion="SKIPPED", **LATER)
    state = FAILED if conclusion == "FAILURE" else INTERRUPTED
    assert states(before, skipped) == sorted([("test", state), ("test", PASSED)])
    # Nor does one that skipped the whole workflow; one that ran after all does.
    assert ("test", state) in states(before, suite(conclusion="SKIPPED", **LATER))
    again = suite(run(databaseId=3), databaseId=7, createdAt=at(9))
    assert states(before, skipped, again) == [("test", PASSED)]


def test_a_workflow_between_two_jobs_waits_since_the_last_of_them_ended() -> None:
    still: dict[str, Any] = {"status": "IN_PROGRESS", "conclusion": None}
    jobs = (run("build", completedAt=at(50)), run("lint", completedAt=at(40)))
    found = {check.name: check for check in counting_checks([suite(*jobs, **still)])}
    assert found["CI"].started_at == found["build"].completed_at
    [new] = counting_checks([suite(**still)])
    assert new.started_at == new.suite_created_at
