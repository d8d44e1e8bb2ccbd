"""Opening, state, reviews, drafts, updating, and what a pushed branch does to them."""

from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.github import BranchRules, GitHub
from tests.sandbox.github.tour import REPO, Person, opened_pull, pushed_branch, wait


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"head": "nope"}, "head"),
        ({"base": "nope"}, "base"),
        ({"head": "stranger:x"}, "head"),
        ({"title": ""}, "title"),
        ({"head": "main"}, "No commits between main and main"),
        ({"head": "taken"}, "A pull request already exists for acme:taken."),
    ],
)
def test_create_refusals(github: GitHub, alice: Person, body: dict[str, Any], words: str) -> None:
    pushed_branch(github, "x")
    opened_pull(github, "taken")
    whole = {"head": "x", "base": "main", "title": "t"} | body
    answer = alice.send("POST", "/pulls", whole)
    assert answer.status_code == 422
    assert words in str(answer.json()["errors"])


def test_a_title_has_256_characters_at_most(github: GitHub, alice: Person) -> None:
    pushed_branch(github, "x")
    longest = "é" * 256
    opened = {"head": "x", "base": "main", "title": longest}
    for path, body, number in (("/pulls", opened, 1), ("/issues", {"title": longest}, 2)):
        refused = alice.send("POST", path, body | {"title": longest + "!"})
        assert refused.status_code == 422
        [error] = refused.json()["errors"]
        assert error["message"] == "title is too long (maximum is 256 characters)"
        assert alice.send("POST", path, body).json()["number"] == number
        place = f"{path}/{number}"
        assert alice.send("PATCH", place, {"title": longest + "!"}).status_code == 422
        assert alice.send("PATCH", place, {"title": " "}).status_code == 422
        assert alice.send("GET", place).json()["title"] == longest


def _set_back(github: GitHub, alice: Person) -> dict[str, Any]:
    """Force the branch of pull request 1 to where it began."""
    base = github.pull(REPO, 1).base_sha
    answer = alice.send("PATCH", "/git/refs/heads/x", {"sha": base, "force": True})
    assert answer.status_code == 200
    seen: dict[str, Any] = alice.send("GET", "/pulls/1").json()
    return seen


def test_a_pull_request_without_commits_is_closed_and_stays_so(
    github: GitHub, alice: Person
) -> None:
    opened_pull(github, "x")
    seen = _set_back(github, alice)
    assert (seen["state"], seen["merged_at"], seen["commits"]) == ("closed", None, 0)
    refused = alice.send("PATCH", "/pulls/1", {"state": "open"})
    assert refused.status_code == 422
    assert "no new commits" in refused.json()["errors"][0]["message"]
    pushed_branch(github, "x", {"x.txt": "again\n"})
    assert alice.send("PATCH", "/pulls/1", {"state": "open"}).json()["commits"] == 1


def test_a_pull_request_without_commits_may_stay_open(github: GitHub, alice: Person) -> None:
    opened_pull(github, "x").closes_without_commits = False
    seen = _set_back(github, alice)
    assert (seen["state"], seen["commits"], seen["changed_files"]) == ("open", 0, 0)
    assert alice.send("GET", "/pulls/1/commits").json() == []


def test_mergeable_is_computed_in_the_background(github: GitHub, alice: Person) -> None:
    opened_pull(github, "x")
    seen = [alice.send("GET", "/pulls/1").json() for _ in range(2)]
    assert [one["mergeable"] for one in seen] == [None, True]
    assert [one["mergeable_state"] for one in seen] == ["unknown", "clean"]
    github.commit_files(REPO, "main", {"b.txt": "1\n"}, "Other", "bob")
    assert alice.send("GET", "/pulls/1").json()["mergeable"] is None
    github.tick()
    assert alice.send("GET", "/pulls/1").json()["mergeable"] is True


@pytest.mark.parametrize(
    ("rules", "draft", "conclusion", "state"),
    [
        (None, False, None, "clean"),
        (None, True, None, "draft"),
        (None, False, "failure", "unstable"),
        (BranchRules(["test"]), False, None, "blocked"),
        (BranchRules(["test"]), False, "failure", "blocked"),
        (BranchRules(["test"]), False, "neutral", "clean"),
        (BranchRules(required_approvals=1), False, None, "blocked"),
        (BranchRules(strict=True), False, None, "behind"),
    ],
)
def test_mergeable_state(
    github: GitHub, rules: BranchRules | None, draft: bool, conclusion: str | None, state: str
) -> None:
    pull = opened_pull(github, "x", draft=draft)
    if rules:
        github.repository(REPO).rules["main"] = rules
    if conclusion:
        github.set_check_run(REPO, pull.head_sha, "test", conclusion=conclusion)
    if state == "behind":
        github.commit_files(REPO, "main", {"b.txt": "1\n"}, "Other", "bob")
    github.tick()
    assert github.mergeable_state(pull) == state


def test_conflict_is_dirty(github: GitHub, alice: Person) -> None:
    opened_pull(github, "x", files={"a.txt": "ONE\ntwo\nthree\n"})
    github.commit_files(REPO, "main", {"a.txt": "Uno\ntwo\nthree\n"}, "Other", "bob")
    github.tick()
    found = alice.send("GET", "/pulls/1").json()
    assert (found["mergeable"], found["mergeable_state"]) == (False, "dirty")
    answer = alice.send("PUT", "/pulls/1/update-branch", {})
    assert answer.status_code == 422


def test_update_branch(github: GitHub, alice: Person) -> None:
    pull = opened_pull(github, "x")
    base = github.commit_files(REPO, "main", {"b.txt": "1\n"}, "Other", "bob")
    wrong = {"expected_head_sha": base}
    assert alice.send("PUT", "/pulls/1/update-branch", wrong).status_code == 422
    right = {"expected_head_sha": pull.head_sha}
    assert alice.send("PUT", "/pulls/1/update-branch", right).status_code == 202
    assert base in github.repository(REPO).git.ancestors(pull.head_sha)
    assert alice.send("PUT", "/pulls/1/update-branch", {}).status_code == 422


def test_list_by_head(github: GitHub, alice: Person) -> None:
    for name in ("x", "y"):
        opened_pull(github, name)
    github.close(REPO, 1, by="bob")

    def numbers(query: str) -> list[int]:
        return [one["number"] for one in alice.send("GET", f"/pulls?{query}").json()]

    assert numbers("") == [2]
    assert numbers("head=acme:x&state=all") == [1]
    assert numbers("head=acme:x") == []
    assert numbers("base=other") == []


def test_reviews_decide(github: GitHub, alice: Person) -> None:
    github.repository(REPO).rules["main"] = BranchRules(
        required_approvals=1, dismiss_stale_reviews=True
    )
    pull = opened_pull(github, "x", author_login="alice")
    own = alice.send("POST", "/pulls/1/reviews", {"event": "APPROVE"})
    assert own.status_code == 422
    github.review(REPO, 1, "APPROVE", by="eve")
    github.tick()
    assert github.mergeable_state(pull) == "blocked"
    github.review(REPO, 1, "APPROVE", by="bob")
    assert github.mergeable_state(pull) == "clean"
    pushed_branch(github, "x", {"x.txt": "2\n"})
    states = [one["state"] for one in alice.send("GET", "/pulls/1/reviews").json()]
    assert states == ["DISMISSED", "DISMISSED"]


def test_edit_close_reopen(github: GitHub, alice: Person) -> None:
    opened_pull(github, "x", body="Closes #7")
    change = {"title": "New", "body": "Refs #7", "state": "closed"}
    found = alice.send("PATCH", "/pulls/1", change).json()
    assert (found["title"], found["body"], found["state"]) == ("New", "Refs #7", "closed")
    assert alice.send("PATCH", "/pulls/1", {"state": "open"}).json()["state"] == "open"
    github.delete_branch(REPO, "x", by="bob")
    assert alice.send("GET", "/pulls/1").json()["state"] == "closed"
    assert alice.send("PATCH", "/pulls/1", {"state": "open"}).status_code == 422


def test_a_head_pushed_to_the_base_counts_as_merged(
    github: GitHub, alice: Person, clock: Clock
) -> None:
    pull = opened_pull(github, "x")
    body = {"sha": pull.head_sha}
    assert alice.send("PATCH", "/git/refs/heads/main", body).status_code == 200
    wait(github, clock)
    assert alice.send("GET", "/pulls/1").json()["merged"] is True
