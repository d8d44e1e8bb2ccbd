"""The product as `orchestra up` runs it, beside fakes for GitHub and Cursor in this process."""

import asyncio
import secrets
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import yaml
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.clock import Clock
from sandbox.code_host import GitHubHost
from sandbox.cursor import AgentScript, Cursor
from sandbox.demo.stage import Stage
from sandbox.github import BranchRules, CheckScript, GitHub
from sandbox.serving import LoopbackServer
from sandbox.webhooks import Webhook

REPOSITORY = "acme/widgets"
TICK_EVERY = 0.002  # seconds: what is to happen at once should
PATIENCE = 90.0  # seconds for a whole epic
MANIFEST = Path(__file__).parents[1] / "app.yml"
LAUNCH = ("POST", "/v0/agents")


@dataclass
class World:
    """Both fakes, and when (`time.perf_counter`) agents were launched and ended."""

    github: GitHub
    cursor: Cursor
    launched: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)

    def play(self, tasks: int) -> None:
        """Run an epic of that many tasks to its end; raises TimeoutError."""
        body = "".join(f"- [ ] Task number {number}\n" for number in range(1, tasks + 1))
        issue = self.github.open_issue(REPOSITORY, "Widgets", body, by="ada")
        self.github.label(REPOSITORY, issue.number, "orchestra", by="ada")
        self.github.comment(REPOSITORY, issue.number, "/orchestra start", by="ada")
        deadline = time.monotonic() + PATIENCE
        while issue.state != "closed":
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.launched)} of {tasks} agents were launched")
            time.sleep(0.05)


class Slow:
    """An ASGI application that waits `seconds` before each request, and notes launches."""

    def __init__(self, application: ASGIApp, seconds: float, launched: list[float]) -> None:
        self._application, self._seconds, self._launched = application, seconds, launched

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (scope["method"], scope["path"]) == LAUNCH:
            self._launched.append(time.perf_counter())
        await asyncio.sleep(self._seconds)
        await self._application(scope, receive, send)


@contextmanager
def running_world(
    *, seconds_per_call: float, agents: AgentScript, check: CheckScript, merge_delay: float
) -> Iterator[World]:
    """Everything up and healthy, one required check in the repository."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="b-")))
        stage = stack.enter_context(Stage(directory))
        world = _stand_ins(directory, f"{stage.bot_url}/webhooks/github")
        world.github.merge_async_delay = merge_delay
        world.github.repository(REPOSITORY).ci.checks["test"] = check
        world.cursor.default_script = agents
        github = Slow(world.github.asgi, seconds_per_call, [])
        cursor = Slow(world.cursor.asgi, seconds_per_call, world.launched)
        github_server = stack.enter_context(LoopbackServer(github))
        cursor_server = stack.enter_context(LoopbackServer(cursor))
        stack.enter_context(_moving(world))
        stage.environment = {
            "APP_URL": stage.bot_url,
            "ALLOWED_ACCOUNTS": "acme",
            "GITHUB_API_URL": github_server.url,
            "GITHUB_APP_ID": str(world.github.app.id),
            "GITHUB_PRIVATE_KEY": world.github.app.private_key_pem,
            "GITHUB_WEBHOOK_SECRET": world.github.webhook_secret,
            "CURSOR_API_URL": cursor_server.url,
            "CURSOR_API_KEY": world.cursor.api_key,
            "CURSOR_API_VERSION": "v0",
            "WEBHOOK_SECRET": secrets.token_hex(32),
        }
        stage.start_bot()
        yield world


def _stand_ins(directory: Path, webhook_url: str) -> World:
    clock = Clock()
    github = GitHub(
        clock,
        directory / "repositories",
        webhook_url=webhook_url,
        webhook_secret=secrets.token_hex(32),
    )
    github.register_app(yaml.safe_load(MANIFEST.read_text("utf-8")))
    github.create_repository(REPOSITORY, {"README.md": "# Widgets\n"})
    github.set_permission(REPOSITORY, "ada", "admin")
    github.install("acme")
    github.repository(REPOSITORY).rules["main"] = BranchRules(required_checks=["test"])
    return World(github, Cursor(clock, GitHubHost(github)))


@contextmanager
def _moving(world: World) -> Iterator[None]:
    """Time passes and webhooks are sent, over connections that stay open."""
    stopping = threading.Event()

    def pass_time() -> None:
        while not stopping.wait(TICK_EVERY):
            world.github.tick()
            world.cursor.tick()

    ticker = threading.Thread(target=pass_time, name="ticker")
    with httpx.Client(timeout=10, trust_env=False) as client:

        def send(webhook: Webhook) -> int:
            answer = client.post(webhook.url, content=webhook.body, headers=webhook.headers)
            return answer.status_code

        def send_end(webhook: Webhook) -> int:
            status = send(webhook)
            world.ended.append(time.perf_counter())
            return status

        world.github.outbox.send, world.cursor.outbox.send = send, send_end
        outboxes = (world.github.outbox, world.cursor.outbox)
        ticker.start()
        for outbox in outboxes:
            outbox.start()
        try:
            yield
        finally:
            stopping.set()
            ticker.join(timeout=5)
            for outbox in outboxes:
                outbox.stop()
