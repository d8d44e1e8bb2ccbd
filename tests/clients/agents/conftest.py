"""The services that the suites of agent providers run against."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import httpx
import pytest
from pydantic import SecretStr

from bot.clients.agents.cursor.transport import make_http
from bot.clients.agents.provider import AgentProvider
from sandbox.clock import Clock
from sandbox.cursor import Cursor
from sandbox.serving import LoopbackServer
from tests.clients.agents.cursor_fake import CLIENTS, Service, Switch
from tests.sandbox.cursor.conftest import KEY, MemoryHost

Version = Literal["v0", "v1"]


@pytest.fixture(scope="module")
def loopback() -> Iterator[tuple[Switch, str, httpx.Client]]:
    switch = Switch()
    with LoopbackServer(switch) as server, make_http() as http:
        yield switch, server.url, http


def serve(version: Version, loopback: tuple[Switch, str, httpx.Client]) -> Service:
    """Put a fresh Cursor behind the loopback server, with a client of that version."""
    switch, url, http = loopback
    clock, host = Clock(datetime(2026, 11, 21, 10, tzinfo=UTC)), MemoryHost()
    switch.cursor = cursor = Cursor(clock, host, api_key=KEY)

    def connect(key: str) -> AgentProvider:
        return CLIENTS[version](f"{url}/", SecretStr(key), http)

    return Service(version, cursor, host, clock, connect(KEY), connect)


@pytest.fixture(params=["v0", "v1"])
def there(request: pytest.FixtureRequest, loopback: tuple[Switch, str, httpx.Client]) -> Service:
    return serve(request.param, loopback)
