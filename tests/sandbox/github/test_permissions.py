"""What an App's manifest and a person's role allow."""

import pytest

from sandbox.github import GitHub
from sandbox.github.wire.credentials import issue_token
from tests.sandbox.github.tour import REPO, Person


def _manifest(**permissions: str) -> dict[str, object]:
    return {"default_permissions": permissions, "default_events": ["issues"]}


@pytest.fixture
def small_app(github: GitHub) -> Person:
    github.register_app(_manifest(issues="write", contents="read"))
    token = issue_token(github, github.install("acme"), {})
    return Person(github, f"Bearer {token.text}")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "accepted"),
    [
        ("POST", "/issues", {"title": "t"}, 201, None),
        ("GET", "", None, 200, None),
        ("GET", "/contents/README.md", None, 200, None),
        ("POST", "/git/refs", {}, 403, "contents=write"),
        ("GET", "/pulls", None, 403, "pull_requests=read"),
        ("POST", "/check-runs", {}, 403, "checks=write"),
    ],
)
def test_app(
    small_app: Person,
    method: str,
    path: str,
    body: object,
    status: int,
    accepted: str | None,
) -> None:
    answer = small_app.send(method, path, body)
    assert answer.status_code == status
    assert answer.headers.get("x-accepted-github-permissions") == accepted


def test_app_outside_its_installation(github: GitHub, small_app: Person) -> None:
    github.create_repository("globex/tool")
    assert small_app.send("GET", "//repos/globex/tool").status_code == 404


@pytest.mark.parametrize(
    ("login", "label", "merge"), [("tara", 200, 403), ("bob", 200, 404), ("eve", 403, 403)]
)
def test_people(github: GitHub, login: str, label: int, merge: int) -> None:
    github.open_issue(REPO, "Epic", by="eve")
    person = Person(github, f"Bearer ghp_{login}")
    labels = {"labels": ["orchestra"]}
    assert person.send("POST", "/issues/1/labels", labels).status_code == label
    assert person.send("PUT", "/pulls/9/merge", {}).status_code == merge


def test_private_repository(github: GitHub) -> None:
    github.create_repository("acme/secret", private=True)
    stranger = Person(github, "Bearer ghp_eve")
    assert stranger.send("GET", "//repos/acme/secret").status_code == 404


@pytest.mark.parametrize(
    ("role", "permission"),
    [("maintain", "write"), ("triage", "read"), ("admin", "admin"), ("none", "none")],
)
def test_collaborator_permission(github: GitHub, alice: Person, role: str, permission: str) -> None:
    github.set_permission(REPO, "carol", role)
    found = alice.send("GET", "/collaborators/carol/permission").json()
    assert (found["permission"], found["role_name"]) == (permission, role)
    assert alice.send("GET", "/collaborators/nobody/permission").status_code == 404


def test_archived_is_read_only(github: GitHub, alice: Person) -> None:
    github.archive_repository(REPO)
    assert alice.send("POST", "/issues", {"title": "t"}).status_code == 403
    assert alice.send("GET", "").json()["archived"] is True


def test_renamed_moves_permanently(github: GitHub, alice: Person) -> None:
    github.rename_repository(REPO, "gadgets")
    answer = alice.send("GET", "/issues")
    assert answer.status_code == 301
    assert answer.headers["location"].endswith("/repos/acme/gadgets/issues")
