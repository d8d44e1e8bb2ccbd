"""What every world of these tests is made of: stand-ins with one repository, and the services."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.services import Services
from bot.settings import Settings
from sandbox.clock import Clock
from sandbox.code_host import GitHubHost
from sandbox.cursor import Cursor
from sandbox.github import GitHub
from storage.database import Database
from tests.harness import Neighbours

REPOSITORY = "acme/widgets"
START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def stand_ins(near: Neighbours, directory: Path) -> tuple[GitHub, Cursor]:
    """Fresh ones, behind the servers that all tests share; GitHub holds its webhooks."""
    clock = Clock(START)
    github = GitHub(clock, directory, webhook_url="http://bot.test/webhooks", webhook_secret="s")
    github.url = near.github_url
    cursor = Cursor(clock, GitHubHost(github))
    near.github.current, near.cursor.current = github.asgi, cursor.asgi
    github.create_repository(REPOSITORY, {"README.md": "# Widgets\n"})
    return github, cursor


@contextmanager
def services_of(
    near: Neighbours, database: Database, github: GitHub, cursor: Cursor
) -> Iterator[Services]:
    """A worker's services, with an emptied queue."""
    environment = {
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "REDIS_URL": near.redis_url,
        "APP_URL": "http://127.0.0.1:8000",
        "GITHUB_APP_ID": str(github.app.id),
        "GITHUB_PRIVATE_KEY": github.app.private_key_pem,
        "GITHUB_WEBHOOK_SECRET": "github",
        "GITHUB_API_URL": near.github_url,
        "CURSOR_API_KEY": cursor.api_key,
        "CURSOR_API_URL": near.cursor_url,
        "WEBHOOK_SECRET": "w" * 32,
        "ALLOWED_ACCOUNTS": "acme",
    }
    with closing(Services.make(Settings.from_environment(environment, "worker"))) as services:
        services.redis.flushdb()
        yield services
