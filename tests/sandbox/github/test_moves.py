"""What is locked, archived, moved, suspended and gone, and how the API answers then."""

import json

import pytest

from sandbox.github import GitHub, Installation
from sandbox.github.wire.credentials import issue_token
from tests.sandbox.github.tour import REPO, Person, opened_pull, pushed_branch

VIEW = '{ repository(owner: "acme", name: "widgets") { nameWithOwner isArchived } }'


def events(github: GitHub) -> list[tuple[str, str]]:
    return [
        (hook.headers["X-GitHub-Event"], json.loads(hook.body).get("action", ""))
        for hook in github.outbox.take()
    ]


def test_a_transferred_issue_is_found_again(github: GitHub, app: Person) -> None:
    github.create_repository("acme/tools")
    issue = github.open_issue(REPO, "Epic", "text", by="alice")
    comment = github.comment(REPO, 1, "hello", by="bob")
    github.outbox.take()
    moved = github.transfer_issue(REPO, 1, "acme/tools", by="alice")
    assert events(github) == [("issues", "transferred"), ("issues", "opened")]
    answer = app.send("GET", "/issues/1")
    assert answer.status_code == 301
    there = answer.headers["location"].removeprefix(github.url)
    assert there == f"/repos/acme/tools/issues/{moved.number}"
    found = app.send("GET", f"/{there}").json()
    assert (found["title"], found["user"]["login"], found["comments"]) == ("Epic", "alice", 1)
    assert app.send("GET", f"/issues/comments/{comment.id}").status_code == 404
    assert issue.number not in github.repository(REPO).issues


def test_deleted_things(github: GitHub, app: Person) -> None:
    github.open_issue(REPO, "Epic", by="alice")
    github.delete_issue(REPO, 1, by="alice")
    assert app.send("GET", "/issues/1").status_code == 410
    github.outbox.take()
    github.delete_repository(REPO)
    assert events(github) == [("repository", "deleted")]
    assert app.send("GET", "").status_code == 404


@pytest.mark.parametrize(("app_speaks", "status"), [(True, 201), (False, 403)])
def test_locked(github: GitHub, app: Person, app_speaks: bool, status: int) -> None:
    github.app_speaks_when_locked = app_speaks
    github.open_issue(REPO, "Epic", by="alice")
    github.lock_issue(REPO, 1, by="alice")
    for who, expected in ((app, status), (Person(github, "Bearer ghp_mallory"), 403)):
        answer = who.send("POST", "/issues/1/comments", {"body": "hello"})
        assert answer.status_code == expected
    github.unlock_issue(REPO, 1, by="alice")
    assert app.send("POST", "/issues/1/comments", {"body": "hello"}).status_code == 201


def test_archived_is_read_only(github: GitHub, app: Person) -> None:
    github.open_issue(REPO, "Epic", by="alice")
    github.archive_repository(REPO)
    for path, body in (("/issues/1/comments", {"body": "x"}), ("/issues/1/labels", {"labels": []})):
        answer = app.send("POST", path, body)
        assert answer.status_code == 403
        assert answer.json()["message"] == "Repository was archived so is read-only."
    seen = app.send("POST", "//graphql", {"query": VIEW}).json()["data"]["repository"]
    assert seen["isArchived"] is True
    github.unarchive_repository(REPO)
    assert app.send("POST", "/issues/1/comments", {"body": "x"}).status_code == 201


def test_transferred_to_an_account_without_the_app(github: GitHub, app: Person) -> None:
    github.outbox.take()
    github.transfer_repository(REPO, "globex")
    assert events(github) == []
    answer = app.send("GET", "")
    assert answer.status_code == 301
    there = answer.headers["location"].removeprefix(github.url)
    assert app.send("GET", f"/{there}").status_code == 404


def test_transferred_to_an_account_with_the_app(github: GitHub) -> None:
    installed = github.install("globex")
    github.outbox.take()
    github.transfer_repository(REPO, "globex")
    [hook] = github.outbox.take()
    body = json.loads(hook.body)
    assert (body["action"], body["installation"]["id"]) == ("transferred", installed.id)
    assert body["changes"]["owner"]["from"]["organization"]["login"] == "acme"


def test_renamed(github: GitHub, app: Person) -> None:
    github.rename_repository(REPO, "gadgets")
    assert app.send("GET", "/issues").headers["location"].endswith("/repos/acme/gadgets/issues")
    seen = app.send("POST", "//graphql", {"query": VIEW}).json()["data"]["repository"]
    assert seen["nameWithOwner"] == "acme/gadgets"


def test_taken_out_of_the_installation(
    github: GitHub, app: Person, installation: Installation
) -> None:
    github.outbox.take()
    github.change_repositories(installation, remove=[REPO])
    assert events(github) == [("installation_repositories", "removed")]
    assert app.send("GET", "").status_code == 404
    github.open_issue(REPO, "Unheard", by="alice")
    assert events(github) == []
    github.change_repositories(installation, add=[REPO])
    github.rename_repository(REPO, "gadgets")
    assert events(github) == [("installation_repositories", "added"), ("repository", "renamed")]


def test_suspended(github: GitHub, app: Person, installation: Installation) -> None:
    github.suspend(installation)
    assert app.send("GET", "").status_code == 403
    github.unsuspend(installation)
    assert app.send("GET", "").status_code == 200
    github.uninstall(installation)
    assert app.send("GET", "").status_code == 401


def test_a_branch_that_is_gone_closes_its_pull_request(github: GitHub, app: Person) -> None:
    opened_pull(github, "x")
    github.delete_branch(REPO, "x", by="bob")
    query = (
        '{ repository(owner: "acme", name: "widgets") { pullRequest(number: 1) '
        "{ state headRef { name } } } }"
    )
    found = app.send("POST", "//graphql", {"query": query}).json()["data"]["repository"]
    assert found["pullRequest"] == {"state": "CLOSED", "headRef": None}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("//orgs/acme/teams/painters/memberships/Bob", 200),
        ("//orgs/acme/teams/painters/memberships/alice", 404),
        ("//orgs/acme/teams/nobody/memberships/bob", 404),
        ("//orgs/globex/teams/painters/memberships/bob", 404),
    ],
)
def test_team_memberships(github: GitHub, app: Person, path: str, status: int) -> None:
    github.team("acme", "painters", ["bob"])
    github.team("globex", "painters", ["bob"])
    answer = app.send("GET", path)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["state"] == "active"


def test_teams_need_a_permission(github: GitHub) -> None:
    github.register_app({"default_permissions": {"issues": "write"}})
    app = Person(github, f"Bearer {issue_token(github, github.install('acme'), {}).text}")
    github.team("acme", "painters", ["bob"])
    assert app.send("GET", "//orgs/acme/teams/painters/memberships/bob").status_code == 403


def test_a_file_is_read_once(github: GitHub, app: Person) -> None:
    path = "/contents/.github/orchestra.yml"
    assert app.send("GET", path).status_code == 404
    github.commit_files(REPO, "main", {".github/orchestra.yml": "model: o3\n"}, "Set", "alice")
    first = app.send("GET", path)
    assert first.status_code == 200
    again = app.send("GET", path, **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    github.commit_files(REPO, "main", {".github/orchestra.yml": "model: o4\n"}, "Set", "alice")
    assert app.send("GET", path, **{"if-none-match": first.headers["etag"]}).status_code == 200


def test_a_renamed_branch_takes_its_pull_requests_along_and_closes_those_from_it(
    github: GitHub,
) -> None:
    onto = opened_pull(github, "onto")
    pushed_branch(github, "base")
    moved = opened_pull(github, "moved", base="base", files={"m.txt": "m"})
    github.rename_branch(REPO, "base", "new-base", by="ada")
    github.rename_branch(REPO, "onto", "gone", by="ada")
    assert (moved.issue.state, moved.base) == ("open", "new-base")
    assert (onto.issue.state, onto.head) == ("closed", "onto")
    assert github.repository(REPO).renamed_branches == {"base": "new-base", "onto": "gone"}
