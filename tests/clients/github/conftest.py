"""A GitHub that answers over HTTP and keeps real git repositories, and our client of it."""

import itertools
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import respx
from pydantic import SecretStr

from bot.clients.github import GitHubApp, RepositoryClient
from bot.core.model.identifiers import RepositoryName
from sandbox.clock import Clock
from sandbox.github import GitHub
from sandbox.serving import LoopbackServer

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """A repository of its own for a test, in a GitHub shared by all of them."""

    github: GitHub
    repository: RepositoryClient
    name: str

    def open_pull(self, *, draft: bool = False, path: str = "a.txt") -> int:
        branch = f"topic/{path}"
        self.github.commit_files(self.name, branch, {path: "text\n"}, "Work", "alice", base="main")
        return self.repository.open_pull_request(
            head=branch, base="main", title="Task 1", body="Refs #1", draft=draft
        )

    def pass_time(self, seconds: float) -> None:
        self.github.clock.advance(seconds)
        self.github.tick()


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> GitHub:
    return GitHub(Clock(START), tmp_path_factory.mktemp("git"))


@pytest.fixture(scope="module")
def url(github: GitHub) -> Iterator[str]:
    with LoopbackServer(github.asgi) as server:
        yield server.url


@contextmanager
def connected(github: GitHub, url: str) -> Iterator[GitHubApp]:
    """The App's client of that GitHub, closed in the end."""
    app = GitHubApp(
        app_id=str(github.app.id),
        private_key=SecretStr(github.app.private_key_pem),
        api_url=url,
    )
    with closing(app):
        yield app


@contextmanager
def elsewhere(github: GitHub, api_url: str) -> Iterator[RepositoryClient]:
    """A GitHub of which the test gives every answer (by respx) but the token's."""
    token = {"token": "ghs_x", "expires_at": "2999-01-01T00:00:00Z", "permissions": {}}
    with respx.mock, connected(github, api_url) as app:
        respx.post(f"{api_url}/app/installations/5/access_tokens").respond(201, json=token)
        yield app.repository(5, RepositoryName("acme", "widgets"))


@pytest.fixture(scope="module")
def app(github: GitHub, url: str) -> Iterator[GitHubApp]:
    with connected(github, url) as app:
        yield app


@pytest.fixture(scope="module")
def names() -> Iterator[str]:
    return (f"widgets-{number}" for number in itertools.count(1))


@pytest.fixture
def world(github: GitHub, app: GitHubApp, names: Iterator[str]) -> World:
    name = RepositoryName("acme", next(names))
    github.create_repository(str(name))
    github.set_permission(str(name), "alice", "write")
    installation = github.install("acme", [str(name)])
    return World(github, app.repository(installation.id, name), str(name))


def pull_request(**changes: Any) -> dict[str, Any]:
    """GraphQL's answer for pull request 7, open and without checks."""
    sha = "0" * 40
    head = {"oid": sha, "statusCheckRollup": None}
    return {
        "number": 7,
        "id": "PR_7",
        "url": "https://github.com/acme/widgets/pull/7",
        "title": "Task 1",
        "body": "",
        "author": {"__typename": "Bot", "login": "cursor"},
        "state": "OPEN",
        "isDraft": False,
        "merged": False,
        "mergeable": "MERGEABLE",
        "mergeStateStatus": "CLEAN",
        "reviewDecision": None,
        "isCrossRepository": False,
        "createdAt": "2026-11-21T10:00:00Z",
        "headRef": {"name": "topic"},
        "headRefName": "topic",
        "baseRefName": "main",
        "baseRefOid": sha,
        "mergeCommit": None,
        "mergedBy": None,
        "mergeQueueEntry": None,
        "autoMergeRequest": None,
        "baseRef": None,
        "files": None,
        "changedFiles": 0,
        "latestOpinionatedReviews": None,
        "reviewRequests": None,
        "reviewThreads": {"nodes": []},
        "ready": {"nodes": []},
        "closed": {"nodes": []},
        "commits": {"nodes": [{"commit": head}]},
        **changes,
    }
