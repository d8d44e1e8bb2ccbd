"""The App's check runs, statuses, and the scripted CI."""

from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.github import CheckScript, GitHub
from tests.sandbox.github.tour import REPO, Person, opened_pull, pushed_branch, wait

ACTION = {"label": "Retry", "description": "Again", "identifier": "retry"}
OUTPUT = {"title": "t", "summary": "s"}


def _runs(alice: Person, sha: str) -> list[tuple[str, str, str | None]]:
    found = alice.send("GET", f"/commits/{sha}/check-runs").json()["check_runs"]
    return [(one["name"], one["status"], one["conclusion"]) for one in found]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 201),
        ({"name": ""}, 422),
        ({"head_sha": "0" * 40}, 422),
        ({"status": "completed"}, 422),
        ({"conclusion": "neutral", "actions": [ACTION] * 3}, 201),
        ({"actions": [ACTION] * 4}, 422),
        ({"actions": [{**ACTION, "label": "x" * 21}]}, 422),
        ({"actions": [{**ACTION, "description": "x" * 41}]}, 422),
        ({"actions": [{**ACTION, "identifier": "x" * 21}]}, 422),
        ({"output": {**OUTPUT, "text": "x" * 65_535}}, 201),
        ({"output": {**OUTPUT, "text": "x" * 65_536}}, 422),
        ({"output": {"title": "t"}}, 422),
        ({"output": {**OUTPUT, "annotations": [{}] * 51}}, 422),
    ],
)
def test_create(github: GitHub, app: Person, body: dict[str, Any], status: int) -> None:
    sha = pushed_branch(github, "x")
    whole = {"name": "Orchestra", "head_sha": sha} | body
    assert app.send("POST", "/check-runs", whole).status_code == status


def test_only_apps_and_only_their_own(github: GitHub, app: Person, alice: Person) -> None:
    sha = pushed_branch(github, "x")
    body = {"name": "mine", "head_sha": sha}
    assert alice.send("POST", "/check-runs", body).status_code == 403
    other = github.set_check_run(REPO, sha, "test", status="in_progress")
    path = f"/check-runs/{other.id}"
    assert app.send("PATCH", path, {"conclusion": "success"}).status_code == 403
    assert app.send("GET", path).json()["app"]["slug"] == "github-actions"


def test_statuses_combine(github: GitHub, alice: Person) -> None:
    sha = pushed_branch(github, "x")

    def combined() -> tuple[str, int]:
        found = alice.send("GET", f"/commits/{sha}/status").json()
        return found["state"], found["total_count"]

    assert combined() == ("pending", 0)
    for state, context in (("pending", "a"), ("success", "a"), ("success", "b")):
        alice.send("POST", f"/statuses/{sha}", {"state": state, "context": context})
    assert combined() == ("success", 2)
    github.set_status(REPO, sha, "b", "error")
    assert combined() == ("failure", 2)
    assert alice.send("POST", f"/statuses/{sha}", {"state": "great"}).status_code == 422


def test_ci_runs_through_its_states(github: GitHub, alice: Person, clock: Clock) -> None:
    github.repository(REPO).ci.checks = {"test": CheckScript(starts_after=1, after=2)}
    sha = opened_pull(github, "x").head_sha
    seen = [_runs(alice, sha)]
    for seconds in (1, 2):
        wait(github, clock, seconds)
        seen.append(_runs(alice, sha))
    assert seen == [
        [("test", "queued", None)],
        [("test", "in_progress", None)],
        [("test", "completed", "success")],
    ]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        (CheckScript(conclusion="failure"), [("test", "completed", "failure")]),
        (CheckScript(never_starts=True), []),
        (CheckScript(never_ends=True), [("test", "in_progress", None)]),
        (CheckScript(fail_first=1), [("test", "completed", "failure")]),
        (CheckScript(as_status=True), []),
    ],
)
def test_ci_scripts(
    github: GitHub,
    alice: Person,
    clock: Clock,
    script: CheckScript,
    found: list[tuple[str, str, str | None]],
) -> None:
    github.repository(REPO).ci.checks = {"test": script}
    pull = opened_pull(github, "x")
    wait(github, clock)
    assert _runs(alice, pull.head_sha) == found
    states = [one.state for one in github.repository(REPO).statuses]
    assert states == (["pending", "success"] if script.as_status else [])


def test_ci_fails_the_first_head_only(github: GitHub, alice: Person, clock: Clock) -> None:
    github.repository(REPO).ci.checks = {"test": CheckScript(fail_first=1)}
    pull = opened_pull(github, "x")
    pushed_branch(github, "x", {"x.txt": "2\n"})
    wait(github, clock)
    assert _runs(alice, pull.head_sha) == [("test", "completed", "success")]


def test_ci_skips_drafts(github: GitHub, alice: Person, clock: Clock) -> None:
    github.repository(REPO).ci.checks = {"test": CheckScript(skip_drafts=True)}
    pull = opened_pull(github, "x", draft=True)
    assert _runs(alice, pull.head_sha) == [("test", "completed", "skipped")]
    github.ready_for_review(REPO, pull.number, by="alice")
    skipped = ("test", "completed", "skipped")
    assert _runs(alice, pull.head_sha) == [skipped, ("test", "queued", None)]
    wait(github, clock)
    assert _runs(alice, pull.head_sha) == [skipped, ("test", "completed", "success")]


def test_ci_on_the_default_branch(github: GitHub, alice: Person, clock: Clock) -> None:
    scripts = {"test": CheckScript(on_default_branch=True), "other": CheckScript()}
    github.repository(REPO).ci.checks = scripts
    sha = github.commit_files(REPO, "main", {"b.txt": "1\n"}, "Other", "bob")
    wait(github, clock)
    assert _runs(alice, sha) == [("test", "completed", "success")]
