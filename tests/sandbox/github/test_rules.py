"""What each rule of a branch holds up, where it is told, and in which words."""

from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.github import BranchRules, GitHub, MergeQueue
from tests.sandbox.github.tour import REPO, Person, opened_pull, pushed_branch, wait


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (BranchRules(classic_checks=["lint"]), 'Required status check "lint" is expected.'),
        (BranchRules(required_approvals=2), "At least 2 approving reviews are required"),
        (BranchRules(code_owner_review=True), "Waiting on code owner review from @alice."),
        (BranchRules(last_push_approval=True), "someone other than cursor[bot]"),
        (BranchRules(resolved_threads=True), "A conversation must be resolved"),
        (BranchRules(other=["required_signatures"]), "must have verified signatures"),
        (BranchRules(other=["made_up"]), "The rule made_up is not met"),
    ],
)
def test_blocked(
    github: GitHub, alice: Person, clock: Clock, rules: BranchRules, says: str
) -> None:
    github.commit_files(REPO, "main", {"CODEOWNERS": "* @alice\n/docs/ @bob\n"}, "Own", "alice")
    opened_pull(github, "x")
    github.review(REPO, 1, "COMMENT", "hm", by="bob", comments=[("x.txt", 1, "Why?")])
    github.set_rules(REPO, "main", rules)
    wait(github, clock)
    assert alice.send("GET", "/pulls/1").json()["mergeable_state"] == "blocked"
    answer = alice.send("PUT", "/pulls/1/merge", {})
    assert answer.status_code == 405
    assert says in answer.json()["message"]
    uuid = alice.send("PUT", "/pulls/1/merge-async", {}).json()["details"]["uuid"]
    wait(github, clock)
    result = alice.send("GET", f"/pulls/1/merge-async/{uuid}").json()
    assert result["status"] == "failed"
    assert says in result["details"]["message"]


def test_the_free_plan_has_no_rules_for_what_is_private(github: GitHub, alice: Person) -> None:
    opened_pull(github, "x")
    github.set_rules(REPO, "main", BranchRules(["lint"], classic_checks=["test"]))
    github.change_settings(REPO, private=True, free_plan=True)
    refused = alice.send("GET", "/rules/branches/main")
    words = "Upgrade to GitHub Pro or make this repository public to enable this feature."
    assert (refused.status_code, refused.json()["message"]) == (403, words)
    assert not alice.send("GET", "/branches/main").json()["protected"]
    assert alice.send("PUT", "/pulls/1/merge", {}).status_code == 200
    for settings in ({"private": False}, {"private": True, "free_plan": False}):
        github.change_settings(REPO, **settings)
        assert len(alice.send("GET", "/rules/branches/main").json()) == 1


def test_all_met(github: GitHub, alice: Person) -> None:
    github.commit_files(REPO, "main", {"CODEOWNERS": "*.txt @bob @alice\n"}, "Own", "alice")
    pull = opened_pull(github, "x")
    github.set_rules(
        REPO,
        "main",
        BranchRules(
            ["test"],
            strict=True,
            required_approvals=1,
            code_owner_review=True,
            last_push_approval=True,
            resolved_threads=True,
            other=["non_fast_forward"],
        ),
    )
    github.set_check_run(REPO, pull.head_sha, "test", conclusion="success")
    github.review(REPO, 1, "APPROVE", by="bob", comments=[("x.txt", 1, "Nice")])
    assert alice.send("PUT", "/pulls/1/merge", {}).status_code == 405
    github.resolve_threads(REPO, 1, by="bob")
    assert alice.send("PUT", "/pulls/1/merge", {}).status_code == 200


def test_the_last_pusher_does_not_count(github: GitHub, alice: Person) -> None:
    github.set_rules(REPO, "main", BranchRules(last_push_approval=True))
    opened_pull(github, "x")
    github.commit_files(REPO, "x", {"x.txt": "2\n"}, "More", "bob")
    github.review(REPO, 1, "APPROVE", by="bob")
    assert alice.send("PUT", "/pulls/1/merge", {}).status_code == 405
    github.review(REPO, 1, "APPROVE", by="alice")
    assert alice.send("PUT", "/pulls/1/merge", {}).status_code == 200


def test_told(github: GitHub, app: Person) -> None:
    rules = BranchRules(
        ["test"],
        strict=True,
        resolved_threads=True,
        code_owner_review=True,
        merge_queue=MergeQueue(method="rebase"),
        other=["required_signatures"],
        classic_checks=["lint"],
    )
    github.set_rules(REPO, "main", rules)
    told: dict[str, Any] = {
        one["type"]: one.get("parameters") for one in app.send("GET", "/rules/branches/main").json()
    }
    assert set(told) == {
        "required_status_checks",
        "pull_request",
        "merge_queue",
        "required_signatures",
    }
    assert told["required_status_checks"]["strict_required_status_checks_policy"] is True
    assert told["pull_request"]["required_review_thread_resolution"] is True
    assert told["pull_request"]["require_code_owner_review"] is True
    assert told["merge_queue"]["merge_method"] == "REBASE"
    protection = app.send("GET", "/branches/main").json()["protection"]
    assert protection["required_status_checks"]["contexts"] == ["lint"]
    github.set_rules(REPO, "main", None)
    assert app.send("GET", "/rules/branches/main").json() == []
    assert app.send("GET", "/branches/main").json()["protection"]["enabled"] is False


def test_linear_history_takes_no_merge_commit(github: GitHub, alice: Person) -> None:
    github.set_rules(REPO, "main", BranchRules(other=["required_linear_history"]))
    opened_pull(github, "x")
    assert alice.send("PUT", "/pulls/1/merge", {}).status_code == 405
    assert alice.send("PUT", "/pulls/1/merge", {"merge_method": "squash"}).status_code == 200


def test_update_branch_brings_the_base_in(github: GitHub, app: Person) -> None:
    pull = opened_pull(github, "x")
    base = github.commit_files(REPO, "main", {"other.txt": "1\n"}, "Other", "bob")
    compared = app.send("GET", "/compare/main...x").json()
    assert (compared["behind_by"], compared["ahead_by"]) == (1, 1)
    assert compared["merge_base_commit"]["sha"] != base
    wrong = {"expected_head_sha": "0" * 40}
    assert app.send("PUT", "/pulls/1/update-branch", wrong).status_code == 422
    before = pull.head_sha
    right = {"expected_head_sha": before}
    assert app.send("PUT", "/pulls/1/update-branch", right).status_code == 202
    assert github.repository(REPO).git.commit(pull.head_sha).parents == (before, base)
    compared = app.send("GET", "/compare/main...x").json()
    assert (compared["behind_by"], compared["merge_base_commit"]["sha"]) == (0, base)
    pushed_branch(github, "x", {"a.txt": "x\n"})
    github.commit_files(REPO, "main", {"a.txt": "y\n"}, "Other", "bob")
    assert app.send("PUT", "/pulls/1/update-branch", {}).status_code == 422


def test_rules_may_be_of_a_pattern_and_of_names(github: GitHub, alice: Person) -> None:
    github.set_rules(REPO, "main", BranchRules(other=["deletion"]))
    names = BranchRules(other=["creation"], name_patterns=[("starts_with", "feature/")])
    github.set_rules(REPO, "agents/*", names)

    def rules(branch: str) -> dict[str, Any]:
        found = alice.send("GET", f"/rules/branches/{branch}").json()
        return {one["type"]: one.get("parameters") for one in found}

    assert rules("main") == {"deletion": None}
    assert rules("other") == {}
    named = {"name": "", "negate": False, "operator": "starts_with", "pattern": "feature/"}
    assert rules("agents/epic-1/task-1") == {"branch_name_pattern": named, "creation": None}
