"""What stories about agents ask of the fake Cursor."""

from sandbox.cursor import Agent
from sandbox.github import PullRequest
from sandbox.ledger import Entry
from tests.harness import REPOSITORY, Story

ONE = "- [ ] First thing\n"


def launches(story: Story) -> list[Entry]:
    """Every launch that was asked for, refused ones too."""
    return story.cursor.ledger.of_kind(f"POST /{story.services.settings.cursor_api_version}/agents")


def agents(story: Story) -> list[Agent]:
    """Every agent ever made, oldest first."""
    return list(story.cursor.agents.values())


def pulls(story: Story) -> list[PullRequest]:
    """Every pull request of the repository."""
    return story.github.repository(REPOSITORY).pulls


def fetches(story: Story) -> int:
    """How often Cursor was asked how agents stand."""
    kinds = ("GET /v0/agents", "GET /v0/agents/{id}", "GET /v1/agents", "GET /v1/agents/{id}")
    return sum(len(story.cursor.ledger.of_kind(kind)) for kind in kinds)


def prompts(story: Story) -> list[str]:
    """The prompts of all launches that were carried out, oldest first."""
    return [agent.prompts[0] for agent in agents(story)]
