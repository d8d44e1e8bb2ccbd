"""A world with one repository, one installation, and clients for the App and for people."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from githubkit import AppInstallationAuthStrategy
from githubkit import GitHub as Client
from githubkit.cache import MemCacheStrategy

from sandbox.clock import Clock
from sandbox.github import GitHub, Installation
from sandbox.github.wire.credentials import issue_token
from sandbox.serving import LoopbackServer
from tests.sandbox.github.tour import REPO, AppClient, Person


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 21, 10, 0, tzinfo=UTC))


@pytest.fixture
def github(clock: Clock, tmp_path: Path) -> GitHub:
    made = GitHub(clock, tmp_path, webhook_url="http://bot.test/webhooks", webhook_secret="s")
    made.create_repository(REPO, {"README.md": "# Widgets\n", "a.txt": "one\ntwo\nthree\n"})
    for login, role in (("alice", "admin"), ("bob", "write"), ("tara", "triage")):
        made.set_permission(REPO, login, role)
    return made


@pytest.fixture
def installation(github: GitHub) -> Installation:
    return github.install("acme")


@pytest.fixture
def url(github: GitHub) -> Iterator[str]:
    with LoopbackServer(github.asgi) as server:
        github.url = server.url
        yield server.url


@pytest.fixture
def client(github: GitHub, installation: Installation, url: str) -> AppClient:
    auth = AppInstallationAuthStrategy(github.app.id, github.app.private_key_pem, installation.id)
    # its own cache: githubkit's default one would outlive the world and its tokens
    cache = MemCacheStrategy()
    return Client(auth, base_url=url, http_cache=False, auto_retry=False, cache_strategy=cache)


@pytest.fixture
def alice(github: GitHub) -> Person:
    """An admin of the repository."""
    return Person(github, "Bearer ghp_alice")


@pytest.fixture
def app(github: GitHub, installation: Installation) -> Person:
    """The App with a token of its installation."""
    token = issue_token(github, installation, {})
    return Person(github, f"Bearer {token.text}")
