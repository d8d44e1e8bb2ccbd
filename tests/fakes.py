"""What all worlds of a process share: the fakes' servers, a Valkey, and the way to them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.clients.watched import WatchedTransport
from bot.services import Services
from bot.settings import Settings
from jobs.local.valkey import EmbeddedValkey
from sandbox.cursor import Cursor
from sandbox.github import GitHub
from sandbox.llm import LanguageModel
from sandbox.serving import LoopbackServer
from storage.database import Database
from tests.in_process import InProcess

GITHUB_SECRET = "github-webhook-secret"
MASTER_SECRET = "master-secret-of-at-least-32-characters"
APP_URL = "http://127.0.0.1:8000"


class Switch:
    """An ASGI application that is whichever the running test put there."""

    current: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.current(scope, receive, send)


@dataclass
class Fakes:
    """The servers that all tests of this process share."""

    github: Switch
    cursor: Switch
    llm: Switch
    github_url: str
    cursor_url: str
    llm_url: str
    redis_url: str


@contextmanager
def fakes(directory: Path) -> Iterator[Fakes]:
    """Start the fakes' servers and a Valkey."""
    github, cursor, llm = Switch(), Switch(), Switch()
    with ExitStack() as stack:
        github_server = stack.enter_context(LoopbackServer(github))
        cursor_server = stack.enter_context(LoopbackServer(cursor))
        llm_server = stack.enter_context(LoopbackServer(llm))
        valkey = stack.enter_context(EmbeddedValkey(directory))
        urls = (github_server.url, cursor_server.url, llm_server.url, valkey.url)
        yield Fakes(github, cursor, llm, *urls)


def services_of(
    near: Fakes,
    database: Database,
    github: GitHub,
    cursor: Cursor,
    *,
    llm: LanguageModel | None = None,
    over_http: bool = False,
    **environment: str,
) -> Services:
    """A worker's services with an emptied queue, and the test's own database, whose clock it moves.

    The fakes are called in this process, which is faster, unless `over_http`. `environment` is
    set besides.
    """
    planner = {"LLM_BASE_URL": f"{near.llm_url}/v1", "OPENAI_API_KEY": llm.api_key} if llm else {}
    settings = Settings.from_environment(
        {
            "DATABASE_URL": database.url.render_as_string(hide_password=False),
            "REDIS_URL": near.redis_url,
            "APP_URL": APP_URL,
            "GITHUB_APP_ID": str(github.app.id),
            "GITHUB_PRIVATE_KEY": github.app.private_key_pem,
            "GITHUB_WEBHOOK_SECRET": GITHUB_SECRET,
            "GITHUB_API_URL": near.github_url,
            "CURSOR_API_KEY": cursor.api_key,
            "CURSOR_API_URL": near.cursor_url,
            "WEBHOOK_SECRET": MASTER_SECRET,
            **planner,
            **environment,
        },
        "worker",
    )
    services = Services.make(settings)
    services.database.close()
    services.redis.flushdb()
    if not over_http:
        transport: Any = services.github._transport
        transport._pool = WatchedTransport("GitHub", InProcess(near.github))
        services.agents_http._transport = WatchedTransport("Cursor", InProcess(near.cursor))
        if services.language_model is not None:
            http = services.language_model.http
            http._transport = WatchedTransport("the language model", InProcess(near.llm))
    return replace(services, database=database)
