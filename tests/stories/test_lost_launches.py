"""Launches whose answer was lost: found again, or given up for a new attempt."""

import pytest

from bot.core.model.identifiers import EpicStatus
from sandbox.cursor import (
    AgentScript,
    Fault,
    WebhookScript,
    bad_gateway,
    connection_dropped,
    rate_limited,
)
from tests.harness import Story
from tests.stories.agents import ONE, agents, launches, prompts, pulls

COMPLETED = EpicStatus.COMPLETED
STOP = "POST /v0/agents/{id}/stop"


def quiet(seconds: float) -> AgentScript:
    """An agent of whose end nobody tells but a list or a look."""
    return AgentScript(seconds_to_end=seconds, webhook=WebhookScript(deliver="never"))


def hide_lists(story: Story, times: int) -> None:
    """Let Cursor's lists be empty, as if the agent had not got there yet."""
    story.cursor.fail("GET /v0/agents", Fault(200, {"agents": []}), times=times)


def test_a_launch_whose_answer_was_lost_is_found_by_its_branch(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", connection_dropped())
    story.cursor.plan(AgentScript(seconds_to_end=20))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))

    assert len(launches(story)) == len(agents(story)) == len(pulls(story)) == 1
    assert "1 retry" not in story.said()[-1]


def test_an_agent_that_the_list_shows_late_is_waited_for(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", bad_gateway(carried_out=True))
    hide_lists(story, 5)
    story.cursor.plan(quiet(90))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))

    assert len(launches(story)) == len(agents(story)) == len(pulls(story)) == 1


def test_a_launch_that_never_was_is_made_anew_on_another_branch(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", connection_dropped(carried_out=False))
    story.start(ONE)
    story.wait(150)
    assert agents(story) == []

    story.wait_for(story.has(COMPLETED), most=120)
    first, second = launches(story)
    assert first.request["target"]["branchName"] != second.request["target"]["branchName"]
    assert len(agents(story)) == len(pulls(story)) == 1
    assert "The earlier agent was never launched." in prompts(story)[0]
    assert "retr" not in story.said()[-1]


def test_a_lost_agent_that_reports_late_is_stopped(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", connection_dropped())
    hide_lists(story, 14)
    story.cursor.plan(AgentScript(seconds_to_end=200, no_commits=True))
    story.cursor.plan(AgentScript(seconds_to_end=100))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=400)

    lost, found = agents(story)
    assert [call.path for call in story.cursor.ledger.of_kind(STOP)] == [
        f"/v0/agents/{lost.id}/stop"
    ]
    assert [pull.head for pull in pulls(story)] == [found.branch]


def test_a_lost_agent_that_a_list_shows_is_stopped(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", connection_dropped())
    hide_lists(story, 14)
    story.cursor.plan(quiet(400))
    story.cursor.plan(quiet(60))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=400)

    lost, found = agents(story)
    assert lost.latest.status == "CANCELLED"
    assert [pull.head for pull in pulls(story)] == [found.branch]


REFUSALS = [
    Fault(status, {"error": {"code": "error", "message": "Not now"}}) for status in (401, 404, 409)
]


@pytest.mark.parametrize(
    "failing",
    [rate_limited(30), bad_gateway(), *REFUSALS],
    ids=["429", "502", "401", "404", "409"],
)
def test_a_list_that_fails_is_asked_again_before_anything_is_launched(
    story: Story, failing: Fault
) -> None:
    story.cursor.fail("POST /v0/agents", connection_dropped())
    story.cursor.fail("GET /v0/agents", failing, times=2)
    story.cursor.plan(quiet(60))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))

    assert len(launches(story)) == len(agents(story)) == len(pulls(story)) == 1
