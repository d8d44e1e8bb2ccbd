"""Agents that say nothing we know, take too long, or are gone."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript, Fault
from tests.harness import Story
from tests.stories.agents import ONE, agents, prompts, pulls
from tests.stories.steps import configure

COMPLETED = EpicStatus.COMPLETED
NEVER = AgentScript(outcome="never")


def test_an_agent_whose_time_is_over_is_stopped_and_replaced(story: Story) -> None:
    configure(story, "budget: {task: 100, epic: 100}\n")
    story.cursor.plan(NEVER)
    story.start(ONE)
    story.wait(7100, step=600)
    assert len(agents(story)) == 1
    assert story.cursor.ledger.of_kind("POST /v0/agents/{id}/stop") == []

    story.wait_for(story.has(COMPLETED))
    first, _ = agents(story)
    assert first.latest.status == "CANCELLED"
    assert "The earlier agent ran out of time." in prompts(story)[1]
    assert len(agents(story)) == 2
    assert len(pulls(story)) == 1


def test_an_unknown_word_counts_as_still_running(story: Story) -> None:
    story.cursor.plan(AgentScript(seconds_to_end=100))
    story.start(ONE)
    (agent,) = agents(story)
    word = {"id": agent.id, "status": "PONDERING", "target": {"branchName": agent.branch}}
    story.cursor.fail("GET /v0/agents/{id}", Fault(200, word), times=3)
    story.wait(90)
    assert story.task_is(1, TaskStatus.PROCESSING)()

    story.wait_for(story.has(COMPLETED))
    assert len(agents(story)) == 1


def test_an_agent_that_was_deleted_is_replaced(story: Story) -> None:
    story.cursor.plan(NEVER)
    story.start(ONE)
    agents(story)[0].deleted = True
    story.wait_for(story.has(COMPLETED))

    assert len(agents(story)) == 2
    assert len(pulls(story)) == 1


def test_what_a_deleted_agent_pushed_is_gone_on_from(story: Story) -> None:
    story.cursor.plan(
        AgentScript(outcome="never", seconds_to_commit=1, commits=({"half.md": "Half.\n"},))
    )
    story.start(ONE)
    story.wait(3)
    agents(story)[0].deleted = True
    story.wait_for(story.has(COMPLETED))

    first, second = agents(story)
    assert second.ref == first.branch
