"""A launch that left, on whose answer we failed until it was parked: its agent is not forgotten."""

from typing import Any

import pytest
from structlog.testing import capture_logs

import jobs.handlers.agents as handlers
from sandbox.cursor import AgentScript
from tests.harness import Story
from tests.stories.agents import ONE, agents


@pytest.fixture
def parked(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    """Launched, and its launch parked."""

    def raising(*_: object) -> Any:
        raise ZeroDivisionError

    story.cursor.default_script = AgentScript(outcome="never")
    with monkeypatch.context() as patch, capture_logs():
        patch.setattr(handlers, "_launched", raising)
        story.start(ONE)
        story.wait(2400, step=60)
    assert [agent.status for agent in agents(story)] == ["RUNNING"]
    assert "an error in Orchestra itself" in story.said()[-1]
    return story


@pytest.mark.both_databases
@pytest.mark.parametrize("command", ["cancel", "skip 1", "restart 1"])
def test_the_agent_of_a_parked_launch_is_stopped(parked: Story, command: str) -> None:
    parked.expects_open_ends = True
    parked.comment(f"/orchestra {command}")
    parked.wait(600, step=60)
    first, *others = agents(parked)
    assert first.status not in ("CREATING", "RUNNING")
    assert [agent.status for agent in others] == ["RUNNING"] * (command == "restart 1")
