"""A world with one repository, one installation and the App's client."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from githubkit import AppInstallationAuthStrategy
from githubkit import GitHub as Client

from sandbox.clock import Clock
from sandbox.github import GitHub, Installation
from sandbox.serving import LoopbackServer

REPO = "acme/widgets"


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 21, 10, 0, tzinfo=UTC))


@pytest.fixture
def github(clock: Clock, tmp_path: Path) -> GitHub:
    made = GitHub(clock, tmp_path, webhook_url="http://bot.test/webhooks", webhook_secret="s")
    made.create_repository(REPO, {"README.md": "# Widgets\n", "a.txt": "one\ntwo\nthree\n"})
    made.set_permission(REPO, "alice", "write")
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
def client(
    github: GitHub, installation: Installation, url: str
) -> Client[AppInstallationAuthStrategy]:
    auth = AppInstallationAuthStrategy(github.app.id, github.app.private_key_pem, installation.id)
    return Client(auth, base_url=url, http_cache=False, auto_retry=False)
