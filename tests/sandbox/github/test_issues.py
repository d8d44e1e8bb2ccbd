"""Issues, comments, reactions, labels, paging."""

import pytest

from sandbox.clock import Clock
from sandbox.github import GitHub
from tests.sandbox.github.tour import REPO, Person, opened_pull


@pytest.fixture(autouse=True)
def _issue(github: GitHub) -> None:
    github.open_issue(REPO, "Epic", "- [ ] one", by="alice", labels=["orchestra", "bug"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/issues", {"title": " "}, 422),
        ("POST", "/issues", {}, 422),
        ("POST", "/issues", {"title": "t", "body": "x" * 65_537}, 422),
        ("POST", "/issues", {"title": "t", "body": "x" * 65_536}, 201),
        ("POST", "/issues/1/comments", {"body": "x" * 65_537}, 422),
        ("POST", "/issues/1/comments", {"body": ""}, 422),
        ("POST", "/issues/9/comments", {"body": "b"}, 404),
        ("POST", "/issues/1/reactions", {"content": "tada"}, 422),
        ("DELETE", "/issues/1/labels/nope", None, 404),
        ("POST", "/labels", {"name": "ORCHESTRA"}, 422),
        ("GET", "/labels/Bug", None, 200),
        ("GET", "/nothing/here", None, 404),
    ],
)
def test_status(alice: Person, method: str, path: str, body: object, status: int) -> None:
    assert alice.send(method, path, body).status_code == status


def test_patch_replaces_labels_and_closes(alice: Person) -> None:
    change = {"labels": ["done"], "state": "closed", "state_reason": "not_planned"}
    found = alice.send("PATCH", "/issues/1", change).json()
    assert [label["name"] for label in found["labels"]] == ["done"]
    assert (found["state"], found["state_reason"]) == ("closed", "not_planned")
    assert found["closed_by"]["login"] == "alice"


def test_strangers_edit_nothing_of_others(github: GitHub) -> None:
    eve = Person(github, "Bearer ghp_eve")
    assert eve.send("PATCH", "/issues/1", {"title": "Mine"}).status_code == 403


def test_the_same_reaction_twice_is_one(alice: Person) -> None:
    first = alice.send("POST", "/issues/1/reactions", {"content": "eyes"})
    again = alice.send("POST", "/issues/1/reactions", {"content": "eyes"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert alice.send("GET", "/issues/1").json()["reactions"]["eyes"] == 1
    gone = alice.send("DELETE", f"/issues/1/reactions/{first.json()['id']}")
    assert gone.status_code == 204
    assert alice.send("GET", "/issues/1/reactions").json() == []


def test_a_deleted_issue_is_gone(github: GitHub, alice: Person) -> None:
    github.delete_issue(REPO, 1, by="alice")
    assert alice.send("GET", "/issues/1").status_code == 410


def test_a_locked_issue_takes_writers_only(github: GitHub, alice: Person) -> None:
    assert alice.send("PUT", "/issues/1/lock", {"lock_reason": "resolved"}).status_code == 204
    eve = Person(github, "Bearer ghp_eve")
    assert eve.send("POST", "/issues/1/comments", {"body": "b"}).status_code == 403
    assert alice.send("POST", "/issues/1/comments", {"body": "b"}).status_code == 201


def test_pages(github: GitHub, alice: Person, clock: Clock) -> None:
    for number in range(5):
        clock.advance(60)
        github.comment(REPO, 1, f"comment {number}", by="bob")
    page = alice.send("GET", "/issues/1/comments?per_page=2&page=2")
    assert [one["body"] for one in page.json()] == ["comment 2", "comment 3"]
    assert set(page.links) == {"prev", "first", "next", "last"}
    assert page.links["last"]["url"].endswith("/issues/1/comments?per_page=2&page=3")
    late = alice.send("GET", "/issues/1/comments?since=2026-11-21T10:04:00Z").json()
    assert [one["body"] for one in late] == ["comment 3", "comment 4"]


def test_list_filters(github: GitHub, alice: Person) -> None:
    github.open_issue(REPO, "Other", by="bob")
    github.close(REPO, 2, by="bob")

    def numbers(query: str) -> list[int]:
        return [one["number"] for one in alice.send("GET", f"/issues?{query}").json()]

    assert numbers("") == [1]
    assert numbers("state=all") == [2, 1]
    assert numbers("state=closed") == [2]
    assert numbers("labels=orchestra,bug") == [1]
    assert numbers("labels=orchestra,other") == []


def test_pins_are_for_issues(github: GitHub, alice: Person) -> None:
    first, second = (github.comment(REPO, 1, text, by="bob") for text in ("a", "b"))
    for one in (first, second):
        assert alice.send("PUT", f"/issues/comments/{one.id}/pin").status_code == 200
    assert alice.send("GET", f"/issues/comments/{first.id}").json()["pin"] is None
    assert alice.send("GET", "/issues/1").json()["pinned_comment"]["id"] == second.id
    assert alice.send("DELETE", f"/issues/comments/{second.id}/pin").status_code == 204
    pull = opened_pull(github, "x")
    on_pull = github.comment(REPO, pull.number, "c", by="bob")
    assert alice.send("PUT", f"/issues/comments/{on_pull.id}/pin").status_code == 422


def test_api_version_decides_the_fields(github: GitHub, alice: Person) -> None:
    opened_pull(github, "x")
    old = alice.send("GET", "/pulls/2").json()
    new = alice.send("GET", "/pulls/2", **{"x-github-api-version": "2026-03-10"}).json()
    assert set(old) - set(new) == {"assignee", "merge_commit_sha"}
    bad = alice.send("GET", "/pulls/2", **{"x-github-api-version": "2020-01-01"})
    assert bad.status_code == 400
