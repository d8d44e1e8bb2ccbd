"""An agent sent back to its work: which of its words are about the new prompt."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript, Fault, WebhookScript, connection_dropped
from tests.harness import Story
from tests.stories.agents import ONE, agents, pulls

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED
FOLLOW_UP = "POST /v0/agents/{id}/followup"


def send_back(story: Story, second: AgentScript) -> None:
    """An agent that changed nothing is told so, and behaves as `second` says."""
    story.cursor.plan(AgentScript(no_commits=True, follow_ups=(second,)))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    story.comment("/orchestra retry 1")


def test_the_webhook_of_the_second_turn_is_its_end(story: Story) -> None:
    send_back(story, AgentScript(seconds_to_end=20))
    story.wait_for(lambda: not story.task_is(1, TaskStatus.PROCESSING)(), most=23)
    story.wait_for(story.has(COMPLETED))

    assert len(agents(story)) == len(pulls(story)) == 1


def test_an_old_finished_is_not_taken_for_the_answer(story: Story) -> None:
    send_back(story, AgentScript(seconds_to_end=150, webhook=WebhookScript(deliver="never")))
    (agent,) = agents(story)
    # Cursor goes on saying FINISHED until the follow-up has woken the agent.
    stale = {"id": agent.id, "status": "FINISHED", "target": {"branchName": agent.branch}}
    story.cursor.fail("GET /v0/agents/{id}", Fault(200, stale), times=6)
    story.wait(120)
    assert story.task_is(1, TaskStatus.PROCESSING)()

    story.wait_for(story.has(COMPLETED))
    assert len(agents(story)) == len(pulls(story)) == 1


def test_an_answer_between_two_looks_is_found_in_the_conversation(story: Story) -> None:
    send_back(story, AgentScript(webhook=WebhookScript(deliver="never")))
    story.wait_for(lambda: not story.task_is(1, TaskStatus.PROCESSING)(), most=40)
    story.wait_for(story.has(COMPLETED))

    assert len(agents(story)) == len(pulls(story)) == 1


def test_a_follow_up_whose_answer_was_lost_is_not_sent_again(story: Story) -> None:
    story.cursor.fail(FOLLOW_UP, connection_dropped())
    send_back(story, AgentScript())
    story.wait_for(story.has(COMPLETED))

    assert len(story.cursor.ledger.of_kind(FOLLOW_UP)) == 1
    assert len(agents(story)) == 1


def test_an_agent_that_takes_no_follow_up_is_replaced(story: Story) -> None:
    story.cursor.fail(FOLLOW_UP, Fault(409, {"error": "Agent has been deleted or archived"}))
    send_back(story, AgentScript())
    story.wait_for(story.has(COMPLETED))

    first, second = agents(story)
    assert [pull.head for pull in pulls(story)] == [second.branch]
    assert len(first.prompts) == 1
