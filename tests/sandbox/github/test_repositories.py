"""Files, ETags, references, comparison, rules, headers."""

import base64

import pytest

from sandbox.clock import Clock
from sandbox.github import BranchRules, GitHub
from tests.sandbox.github.tour import REPO, Person, pushed_branch


def test_file_and_etag(github: GitHub, alice: Person) -> None:
    first = alice.send("GET", "/contents/README.md")
    assert base64.b64decode(first.json()["content"]) == b"# Widgets\n"
    tag = {"if-none-match": first.headers["etag"]}
    same = alice.send("GET", "/contents/README.md", **tag)
    assert (same.status_code, same.content) == (304, b"")
    github.commit_files(REPO, "main", {"README.md": "changed\n"}, "Change", "bob")
    assert alice.send("GET", "/contents/README.md", **tag).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [("/contents/", 200), ("/contents/nope", 404), ("/contents/a.txt?ref=nope", 404)],
)
def test_contents_status(alice: Person, path: str, status: int) -> None:
    assert alice.send("GET", path).status_code == status


def test_directory(github: GitHub, alice: Person) -> None:
    github.commit_files(REPO, "main", {"d/e/f.txt": "1\n"}, "Deep", "bob")
    listed = alice.send("GET", "/contents/").json()
    assert [(one["name"], one["type"]) for one in listed] == [
        ("README.md", "file"),
        ("a.txt", "file"),
        ("d", "dir"),
    ]


def test_references(github: GitHub, alice: Person) -> None:
    sha = alice.send("GET", "/git/ref/heads/main").json()["object"]["sha"]
    body = {"ref": "refs/heads/a/b", "sha": sha}
    assert alice.send("POST", "/git/refs", body).status_code == 201
    again = alice.send("POST", "/git/refs", body)
    assert (again.status_code, again.json()["message"]) == (422, "Reference already exists")
    assert alice.send("POST", "/git/refs", {**body, "ref": "refs/heads/a"}).status_code == 422
    unknown = {"ref": "refs/heads/c", "sha": "0" * 40}
    assert alice.send("POST", "/git/refs", unknown).status_code == 422
    assert alice.send("DELETE", "/git/refs/heads/a/b").status_code == 204
    gone = alice.send("DELETE", "/git/refs/heads/a/b")
    assert (gone.status_code, gone.json()["message"]) == (422, "Reference does not exist")
    assert alice.send("GET", "/git/ref/heads/a/b").status_code == 404
    assert alice.send("GET", "/branches/a/b").status_code == 404


def test_compare(github: GitHub, alice: Person) -> None:
    pushed_branch(github, "x", {"a.txt": "ONE\ntwo\nthree\n", "new.txt": "1\n"})
    github.commit_files(REPO, "main", {"b.txt": "1\n"}, "Other", "bob")
    found = alice.send("GET", "/compare/main...x").json()
    assert (found["status"], found["ahead_by"], found["behind_by"]) == ("diverged", 1, 1)
    files = [(one["filename"], one["status"], one["changes"]) for one in found["files"]]
    assert files == [("a.txt", "modified", 2), ("new.txt", "added", 1)]
    assert alice.send("GET", "/compare/main...nope").status_code == 404
    assert alice.send("GET", "/compare/main...main").json()["status"] == "identical"


def test_rules_in_githubs_format(github: GitHub, alice: Person) -> None:
    assert alice.send("GET", "/rules/branches/main").json() == []
    github.repository(REPO).rules["main"] = BranchRules(["test"], True, 2)
    checks, review = alice.send("GET", "/rules/branches/main").json()
    assert checks["parameters"]["required_status_checks"] == [{"context": "test"}]
    assert checks["parameters"]["strict_required_status_checks_policy"] is True
    assert review["parameters"]["required_approving_review_count"] == 2


def test_rate_limit_headers(github: GitHub, alice: Person, clock: Clock) -> None:
    alice.send("GET", "")
    second = alice.send("GET", "").headers
    assert (second["x-ratelimit-used"], second["x-ratelimit-remaining"]) == ("2", "4998")
    clock.advance(3600)
    assert alice.send("GET", "").headers["x-ratelimit-used"] == "1"
    assert len(second["x-github-request-id"]) == 20
