"""The fakes of GitHub and Cursor, with one repository."""

from datetime import UTC, datetime
from pathlib import Path

from sandbox.clock import Clock
from sandbox.code_host import GitHubHost
from sandbox.cursor import Cursor
from sandbox.github import GitHub
from tests.fakes import Fakes

REPOSITORY = "acme/widgets"
START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def fakes_of_one_repository(near: Fakes, directory: Path) -> tuple[GitHub, Cursor]:
    """Fresh ones, behind the servers that all tests share; GitHub holds its webhooks."""
    clock = Clock(START)
    github = GitHub(clock, directory, webhook_url="http://bot.test/webhooks", webhook_secret="s")
    github.url = near.github_url
    cursor = Cursor(clock, GitHubHost(github))
    near.github.current, near.cursor.current = github.asgi, cursor.asgi
    github.create_repository(REPOSITORY, {"README.md": "# Widgets\n"})
    cursor.repositories.append(REPOSITORY)
    return github, cursor
