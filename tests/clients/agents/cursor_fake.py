"""A client of either version of Cursor's API, and the fake it talks to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import httpx
from pydantic import SecretStr

from bot.clients.agents.cursor.v0 import CursorV0
from bot.clients.agents.cursor.v1 import CursorV1
from bot.clients.agents.provider import AgentProvider, AgentReport, LaunchRequest, Prompt
from sandbox.clock import Clock
from sandbox.cursor import (
    AgentScript,
    Cursor,
    Fault,
)
from tests.sandbox.cursor.conftest import MemoryHost

AGENT = "bc-5f0c7d1e-2a44-5c55-9a10-0d6f3c1b7a01"
OTHER = "bc-5f0c7d1e-2a44-5c55-9a10-0d6f3c1b7a02"
CLIENTS: dict[str, Callable[[str, SecretStr, httpx.Client], AgentProvider]] = {
    "v0": CursorV0,
    "v1": CursorV1,
}
KINDS = {
    "v0": {
        "launch": "POST /v0/agents",
        "get": "GET /v0/agents/{id}",
        "list": "GET /v0/agents",
        "follow_up": "POST /v0/agents/{id}/followup",
        "stop": "POST /v0/agents/{id}/stop",
        "me": "GET /v0/me",
    },
    "v1": {
        "launch": "POST /v1/agents",
        "get": "GET /v1/agents/{id}",
        "list": "GET /v1/agents",
        "follow_up": "POST /v1/agents/{id}/runs",
        "stop": "POST /v1/agents/{id}/runs/{run}/cancel",
        "me": "GET /v1/me",
    },
}
LAUNCH = LaunchRequest(
    prompt="Fix the cache test",
    repository_url="https://github.com/acme/widgets",
    base_branch="main",
    branch="mine",
    model=None,
    agent_id=AGENT,
    title="Fix the cache test",
    webhook_url="https://bot.example/hook?run=1",
    webhook_secret="s" * 40,
    auto_create_pull_request=True,
)


class Switch:
    """An ASGI application that is whichever fake the test has put in its place."""

    cursor: Cursor

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.cursor.asgi(scope, receive, send)


@dataclass
class Service:
    """The fake, a client of one version, and the time."""

    version: Literal["v0", "v1"]
    cursor: Cursor
    host: MemoryHost
    clock: Clock
    client: AgentProvider
    connect: Callable[[str], AgentProvider]

    def fail(self, action: str, fault: Fault, times: int = 1) -> None:
        self.cursor.fail(KINDS[self.version][action], fault, times)

    def asked(self, action: str) -> int:
        return len(self.cursor.ledger.of_kind(KINDS[self.version][action]))

    def launch(self, script: AgentScript | None = None) -> AgentReport:
        if script is not None:
            self.cursor.plan(script)
        return self.client.launch(LAUNCH)

    def end(self) -> None:
        self.clock.advance(60)

    def status(self, agent_id: str) -> AgentReport:
        """How the agent's launch stands."""
        return self.client.status(Prompt(agent_id=agent_id))
