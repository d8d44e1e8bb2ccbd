"""The web process: routes, and the threads that serve them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI
from redis import Redis
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.answers import RequestError
from bot.web.background import OnRequest, Periodic
from bot.web.cursor_webhook import CursorWebhooks
from bot.web.delivery_writer import DeliveryWriter
from bot.web.github_webhook import github_route
from bot.web.health import HealthWatch
from jobs.engine.queue import Nudges
from storage import write_ahead_log
from storage.database import Database
from storage.open_repositories import OpenRepositories

# Seconds between two: nudges for deliveries, looks at who has epics, looks at the log's size.
NUDGE_INTERVAL = 0.02
REFRESH_INTERVAL = 1.0
CHECKPOINT_INTERVAL = 3.0

_ABOUT = """\
Orchestra: an issue's checklist becomes merged pull requests, one agent after another.

/health  is everything up?
"""


@dataclass(frozen=True, kw_only=True)
class WebDependencies:
    """What the web process needs. Of both lists of secrets all verify."""

    database: Database
    redis: Redis
    github_webhook_secrets: tuple[str, ...]
    webhook_secrets: tuple[str, ...]


def create_app(dependencies: WebDependencies) -> FastAPI:
    """Make the application; its threads run from the server's start-up to its shutdown."""
    database, redis = dependencies.database, dependencies.redis
    nudges = Nudges(redis)
    open_repositories = OpenRepositories(database)
    nudger = OnRequest("nudger", NUDGE_INTERVAL, nudges.nudge_ingest)
    writer = DeliveryWriter(database, nudger.request)
    threads: list[Periodic | OnRequest] = [
        Periodic("open-repositories", REFRESH_INTERVAL, open_repositories.refresh),
        nudger,
    ]
    health = HealthWatch(database, redis)
    threads += health.threads
    if database.is_sqlite:
        tend = partial(write_ahead_log.tend, database)
        threads.append(Periodic("write-ahead-log", CHECKPOINT_INTERVAL, tend))

    # Neither the description of the interface nor its pages are for strangers.
    app = FastAPI(title="Orchestra", lifespan=_running(*threads, writer), openapi_url=None)
    app.state.open_repositories = open_repositories
    app.add_exception_handler(Exception, _say_failed)
    # Before FastAPI's own: routes are tried one after another.
    app.router.routes[:0] = [
        github_route(dependencies.github_webhook_secrets, open_repositories, writer),
        *CursorWebhooks(dependencies.webhook_secrets, database, nudges).routes(),
        *health.routes(),
        Route("/", _say_what_this_is),
    ]
    return app


def _running(
    *threads: Periodic | OnRequest | DeliveryWriter,
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Make a lifespan in which the threads run; the last one started ends first."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as stack:
            for thread in threads:
                thread.start()
                stack.callback(thread.stop)
            yield

    return lifespan


async def _say_what_this_is(_request: Request) -> Response:
    return PlainTextResponse(_ABOUT)


async def _say_failed(_request: Request, _error: Exception) -> Response:
    """No detail goes out; Starlette raises the error on to the server, which logs it."""
    return RequestError(500, "something went wrong here; the log has it").answer()
