"""Merges by git, refusals, and what follows."""

from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.github import BranchRules, GitHub
from sandbox.github.wire.credentials import issue_token
from tests.sandbox.github.tour import REPO, Person, opened_pull, pushed_branch, wait


def _subjects(github: GitHub) -> list[str]:
    git = github.repository(REPO).git
    first = git.ancestors(git.head("main") or "")
    commits = sorted((git.commit(sha) for sha in first), key=lambda one: one.message)
    return [one.message.partition("\n")[0] for one in commits]


@pytest.mark.parametrize(
    ("method", "subjects"),
    [
        ("squash", ["Initial commit", "Other", "x (#1)"]),
        ("merge", ["Add x", "Initial commit", "Merge pull request #1 from acme/x", "More",
                   "Other"]),
        ("rebase", ["Add x", "Initial commit", "More", "Other"]),
    ],
)  # fmt: skip
def test_methods(github: GitHub, alice: Person, method: str, subjects: list[str]) -> None:
    opened_pull(github, "x")
    github.commit_files(REPO, "x", {"a.txt": "one\ntwo\nTHREE\n"}, "More", "cursor[bot]")
    github.commit_files(REPO, "main", {"a.txt": "ONE\ntwo\nthree\n"}, "Other", "bob")
    answer = alice.send("PUT", "/pulls/1/merge", {"merge_method": method})
    assert answer.status_code == 200
    git = github.repository(REPO).git
    sha = answer.json()["sha"]
    assert git.head("main") == sha
    assert _subjects(github) == subjects
    files = git.files_at(sha)
    assert set(files) == {"README.md", "a.txt", "x.txt"}


def test_message_given(github: GitHub, alice: Person) -> None:
    opened_pull(github, "x")
    body = {"merge_method": "squash", "commit_title": "T", "commit_message": ""}
    sha = alice.send("PUT", "/pulls/1/merge", body).json()["sha"]
    commit = github.repository(REPO).git.commit(sha)
    assert (commit.message, commit.author.name) == ("T", "cursor[bot]")


@pytest.mark.parametrize(
    ("situation", "status", "words"),
    [
        ({"draft": True}, 405, "draft"),
        ({"conflict": True}, 405, "not mergeable"),
        ({"sha": "0" * 40}, 409, "Head branch was modified"),
        ({"closed": True}, 405, "not mergeable"),
        ({"rules": BranchRules(["test"])}, 405, 'Required status check "test" is expected'),
        ({"rules": BranchRules(required_approvals=1)}, 405, "approving review"),
        ({"rules": BranchRules(allowed_merge_methods=["squash"])}, 405, "not allowed"),
        ({"merge_method": "octopus"}, 422, "Validation"),
    ],
)
def test_refusals(
    github: GitHub, alice: Person, situation: dict[str, Any], status: int, words: str
) -> None:
    files = {"a.txt": "x\n"}
    opened_pull(github, "x", draft=situation.get("draft", False), files=files)
    if situation.get("conflict"):
        github.commit_files(REPO, "main", {"a.txt": "y\n"}, "Other", "bob")
    if situation.get("closed"):
        github.close(REPO, 1, by="bob")
    if "rules" in situation:
        github.repository(REPO).rules["main"] = situation["rules"]
    body = {name: situation[name] for name in ("sha", "merge_method") if name in situation}
    answer = alice.send("PUT", "/pulls/1/merge", body)
    assert answer.status_code == status
    assert words in answer.json()["message"]


def test_rebase_conflict(github: GitHub, alice: Person) -> None:
    opened_pull(github, "x", files={"a.txt": "x\n"})
    github.commit_files(REPO, "main", {"a.txt": "y\n"}, "Other", "bob")
    answer = alice.send("PUT", "/pulls/1/merge", {"merge_method": "rebase"})
    assert answer.status_code == 405


def test_closing_keywords_and_branch(github: GitHub, alice: Person) -> None:
    for title in ("One", "Two", "Three"):
        github.open_issue(REPO, title, by="alice")
    opened_pull(github, "x", body="Fixes #1, refs #2")
    github.repository(REPO).delete_branch_on_merge = True
    alice.send("PUT", "/pulls/4/merge", {"commit_message": "resolves: #3"})
    states = [github.issue(REPO, number).state for number in (1, 2, 3)]
    assert states == ["closed", "open", "closed"]
    assert github.repository(REPO).git.head("x") is None


def test_workflow_files_need_a_permission(github: GitHub) -> None:
    permissions = {"contents": "write", "pull_requests": "write"}
    github.register_app({"default_permissions": permissions})
    app = Person(github, f"Bearer {issue_token(github, github.install('acme'), {}).text}")
    opened_pull(github, "x", files={".github/workflows/ci.yml": "on: push\n"})
    answer = app.send("PUT", "/pulls/1/merge", {})
    assert answer.status_code == 403
    assert "without `workflows` permission" in answer.json()["message"]


def _async(alice: Person, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = alice.send("PUT", "/pulls/1/merge-async", body)
    return answer.status_code, answer.json()


def _result(alice: Person, uuid: str) -> dict[str, Any]:
    found: dict[str, Any] = alice.send("GET", f"/pulls/1/merge-async/{uuid}").json()
    return found


def test_async_merges_later(github: GitHub, alice: Person, clock: Clock) -> None:
    pull = opened_pull(github, "x")
    status, asked = _async(alice, merge_method="squash")
    details = asked["details"]
    assert (status, asked["status"]) == (202, "pending")
    assert (details["merge_method"], details["merge_action"]) == ("squash", "default")
    assert details["expected_head_sha"] == pull.head_sha
    status, again = _async(alice)
    assert (status, again["details"]["uuid"]) == (409, details["uuid"])
    assert _result(alice, details["uuid"])["status"] == "pending"
    wait(github, clock)
    done = _result(alice, details["uuid"])
    assert done["status"] == "merged"
    assert done["details"]["sha"] == github.repository(REPO).git.head("main")
    status, already = _async(alice)
    assert (status, already["details"]["sha"]) == (200, done["details"]["sha"])
    wait(github, clock, 86_401)
    assert alice.send("GET", f"/pulls/1/merge-async/{details['uuid']}").status_code == 404


@pytest.mark.parametrize("what", ["rules", "moved", "conflict", "closed"])
def test_async_failures_show_later(github: GitHub, alice: Person, clock: Clock, what: str) -> None:
    opened_pull(github, "x", files={"a.txt": "x\n"})
    if what == "rules":
        github.repository(REPO).rules["main"] = BranchRules(["test"])
    status, asked = _async(alice)
    assert status == 202
    if what == "moved":
        pushed_branch(github, "x", {"x.txt": "2\n"})
    if what == "conflict":
        github.commit_files(REPO, "main", {"a.txt": "y\n"}, "Other", "bob")
    if what == "closed":
        github.close(REPO, 1, by="bob")
    wait(github, clock)
    result = _result(alice, asked["details"]["uuid"])
    assert result["status"] == "failed"
    assert set(result["details"]) == {"message"}
    assert not github.pull(REPO, 1).merged_at


@pytest.mark.parametrize(("draft", "words"), [(True, "draft"), (False, "closed")])
def test_async_refuses_at_once(github: GitHub, alice: Person, draft: bool, words: str) -> None:
    opened_pull(github, "x", draft=draft)
    if not draft:
        github.close(REPO, 1, by="bob")
    status, asked = _async(alice)
    assert (status, asked["status"]) == (400, "failed")
    assert words in asked["details"]["message"]


def test_async_missing_on_older_servers(github: GitHub, alice: Person) -> None:
    opened_pull(github, "x")
    github.has_merge_async = False
    assert _async(alice)[0] == 404
