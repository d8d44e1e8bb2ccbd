"""The settings file, the role and the teams of a person, and the App's installation."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import respx

from bot.clients.errors import NotFound
from bot.clients.github import FileAnswer, RepositoryClient
from bot.core.model.identifiers import RepositoryName
from bot.core.model.mistakes import SettingsMistake
from bot.core.model.mistakes import SettingsMistakeKind as Kind
from sandbox.github import GitHub
from tests.clients.github.conftest import connected, elsewhere

API = "https://api.github.com/repos/acme/widgets"
FILE = f"{API}/contents/.github%2Forchestra.yml"
MEMBERSHIP = "https://api.github.com/orgs/acme/teams/core/memberships/ada"
ROLE = f"{API}/collaborators/ada/permission"


@pytest.fixture
def online(github: GitHub) -> Iterator[RepositoryClient]:
    with elsewhere(github, "https://api.github.com") as repository:
        yield repository


def file(content: bytes = b"label: epic\n", **changes: Any) -> dict[str, Any]:
    shown = {"type": "file", "size": len(content), "encoding": "base64"}
    return {**shown, "content": b64encode(content).decode(), **changes}


def test_the_file_is_read_and_then_asked_about(online: RepositoryClient) -> None:
    route = respx.get(FILE).respond(json=file(), headers={"etag": 'W/"1"'})
    assert online.settings_file(None) == FileAnswer(text="label: epic\n", etag='W/"1"')
    assert "if-none-match" not in route.calls.last.request.headers
    route.respond(304, headers={"etag": 'W/"1"'})
    assert online.settings_file('W/"1"') == FileAnswer(etag='W/"1"', unchanged=True)
    assert route.calls.last.request.headers["if-none-match"] == 'W/"1"'


def test_without_a_file_there_is_no_text(online: RepositoryClient) -> None:
    respx.get(FILE).respond(404, json={"message": "Not Found"})
    assert online.settings_file('"1"') == FileAnswer()


TOO_LARGE = SettingsMistake(kind=Kind.TOO_LARGE, limit=100_000)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ([file()], SettingsMistake(kind=Kind.NOT_A_FILE, word="directory")),
        (file(type="submodule"), SettingsMistake(kind=Kind.NOT_A_FILE, word="submodule")),
        (file(b"\xff\xfe"), SettingsMistake(kind=Kind.NOT_TEXT)),
        (file(b"x" * 100_001), TOO_LARGE),
        (file(b"", size=2_000_000, encoding="none"), TOO_LARGE),
    ],
)
def test_a_file_without_text_says_why(
    online: RepositoryClient, body: object, problem: SettingsMistake
) -> None:
    respx.get(FILE).respond(json=body, headers={"etag": '"1"'})
    assert online.settings_file(None) == FileAnswer(etag='"1"', problem=problem)


def test_the_largest_file_is_read(online: RepositoryClient) -> None:
    respx.get(FILE).respond(json=file(b"x" * 100_000))
    assert online.settings_file(None).text == "x" * 100_000


@pytest.mark.parametrize(
    ("role", "permission", "word"),
    [("triage", "read", "triage"), ("release-manager", "write", "write"), (None, "admin", "admin")],
)
def test_a_role_made_by_an_owner_is_what_it_is_like(
    online: RepositoryClient, role: str | None, permission: str, word: str
) -> None:
    respx.get(ROLE).respond(json={"permission": permission, "role_name": role})
    assert online.permission_of("ada") == word


@pytest.mark.parametrize(
    ("status", "state", "member"),
    [(200, "active", True), (200, "pending", False), (404, "", False)],
)
def test_who_is_in_a_team(online: RepositoryClient, status: int, state: str, member: bool) -> None:
    respx.get(MEMBERSHIP).respond(status, json={"state": state})
    assert online.is_team_member("acme/core", "ada") is member


@pytest.mark.parametrize(
    ("suspended", "expected"),
    [(None, None), ("2026-11-21T10:00:00Z", datetime(2026, 11, 21, 10, tzinfo=UTC))],
)
def test_what_an_installation_was_granted(
    github: GitHub, suspended: str | None, expected: datetime | None
) -> None:
    shown = {"id": 5, "permissions": {"issues": "write"}, "events": ["issues"]}
    with respx.mock, connected(github, "https://api.github.com") as app:
        respx.get(f"{API}/installation").respond(json={**shown, "suspended_at": suspended})
        found = app.installation(RepositoryName("acme", "widgets"))
    assert (found.id, found.permissions, found.events) == (5, {"issues": "write"}, ("issues",))
    assert found.suspended_at == expected


def test_a_repository_without_us(github: GitHub) -> None:
    with respx.mock, connected(github, "https://api.github.com") as app:
        respx.get(f"{API}/installation").respond(404)
        with pytest.raises(NotFound):
            app.installation(RepositoryName("acme", "widgets"))


def issue(repository: str, **changes: Any) -> dict[str, Any]:
    url = f"https://api.github.com/repos/{repository}"
    shown = {"number": 1, "title": "Epic", "body": None, "state": "open", "labels": []}
    times = {"updated_at": "2026-11-21T12:00:00Z"}
    return {**shown, **times, "locked": True, "repository_url": url, **changes}


def moved(shown: dict[str, Any]) -> None:
    there = "https://api.github.com/repositories/7/issues/1"
    respx.get(f"{API}/issues/1").respond(301, headers={"location": there})
    respx.get(there).respond(json=shown)


def test_an_issue_is_locked(online: RepositoryClient) -> None:
    respx.get(f"{API}/issues/1").respond(json=issue("Acme/Widgets"))
    assert online.issue(1).is_locked


def test_a_transferred_issue_is_not_found(online: RepositoryClient) -> None:
    moved(issue("acme/other", number=4))
    respx.get(API).respond(json={"url": API})
    with pytest.raises(NotFound, match="transferred to acme/other#4") as caught:
        online.issue(1)
    assert caught.value.status == 301


def test_the_issue_of_a_renamed_repository_is_still_it(online: RepositoryClient) -> None:
    moved(issue("acme/gadgets"))
    respx.get(API).respond(json={"url": "https://api.github.com/repos/acme/gadgets"})
    assert online.issue(1).title == "Epic"
