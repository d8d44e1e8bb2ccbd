"""What Cursor is asked for, put together without asking anybody."""

from contextlib import closing

import pytest

from bot.clients.agents.provider import LaunchRequest
from bot.core.effects import LaunchAgent
from bot.core.model.epic import Epic
from bot.core.model.identifiers import RepositoryName, RunId
from bot.services import Services
from bot.settings import Settings
from jobs.handlers.agents import launch_request
from jobs.handlers.handler import Context
from sandbox.github.state.tokens import private_key
from tests.stored_epics import NOW

WIDGETS = RepositoryName("acme", "widgets")
ENVIRONMENT = {
    "DATABASE_URL": "sqlite:////nowhere/x",
    "REDIS_URL": "unix:///nowhere",
    "APP_URL": "https://orchestra.example",
    "GITHUB_APP_ID": "1",
    "GITHUB_PRIVATE_KEY": private_key(),
    "CURSOR_API_KEY": "crsr_1",
    "WEBHOOK_SECRET": "w" * 32,
}
EPIC = Epic(
    id=1, token="abc", repository=WIDGETS, default_branch="main", issue_number=1, created_at=NOW
)
LAUNCH = LaunchAgent(
    task=1,
    run=RunId("7e57"),
    branch="mine",
    start_ref="main",
    prompt="Fix it",
    title="Fix it",
    model=None,
)


def requested(**environment: str) -> LaunchRequest:
    settings = Settings.from_environment({**ENVIRONMENT, **environment})
    with closing(Services.make(settings)) as services:
        github = services.github.repository(1, WIDGETS)
        context = Context(services=services, epic=EPIC, github=github, now=NOW, since=NOW)
        return launch_request(context, LAUNCH)


@pytest.mark.parametrize(
    ("api_url", "repository_url"),
    [
        ("", "https://github.com/acme/widgets"),
        ("http://127.0.0.1:8101", "https://github.com/acme/widgets"),
        ("https://git.example/api/v3", "https://git.example/acme/widgets"),
        ("https://api.octo.ghe.com", "https://octo.ghe.com/acme/widgets"),
    ],
)
def test_agents_work_where_the_app_does(api_url: str, repository_url: str) -> None:
    assert requested(GITHUB_API_URL=api_url).repository_url == repository_url
