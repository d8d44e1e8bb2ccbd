"""Waiting for an agent's provider: each wait has an end, and says what is waited for until then."""

from typing import Any

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript, Fault, WebhookScript, bad_gateway, cancel_failed
from sandbox.github import CheckScript
from sandbox.github import Fault as GitHubFault
from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE, agents, launches, pulls
from tests.stories.steps import give

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED
CANCEL = "POST /v1/agents/{id}/runs/{run}/cancel"
CONVERSATION = "GET /v0/agents/{id}/conversation"
FOR_EVER = 10_000


def test_a_launch_that_goes_unanswered_says_so_and_until_when(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", bad_gateway())
    story.start(ONE)
    story.rest()
    assert "The launch of an agent for task 1 went unanswered" in story.progress()
    assert "Looking for that agent until " in story.progress()
    assert agents(story) == []

    story.wait_for(story.has(COMPLETED), most=400)
    assert len(launches(story)) == 2
    assert "retr" not in story.said()[-1]


def test_launches_that_never_get_an_answer_end_at_a_person(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", bad_gateway(), FOR_EVER)
    story.start(ONE)
    story.wait_for(story.has(PAUSED), most=3 * 3600)

    assert len(launches(story)) < 12
    assert "Cursor never confirmed that the agent was launched." in story.said()[-1]


def test_an_unanswered_launch_is_asked_for_again_where_that_is_safe(story_v1: Story) -> None:
    story = story_v1
    story.cursor.fail("POST /v1/agents", bad_gateway(), 4)
    story.start(ONE)
    story.wait(20)
    assert "Asking again for the same agent." in story.progress()
    story.wait_for(story.has(COMPLETED))
    assert len(agents(story)) == 1
    assert len({entry.request["agentId"] for entry in launches(story)}) == 1


def test_an_agent_that_cannot_be_stopped_is_not_said_to_be(story_v1: Story) -> None:
    story = story_v1
    refusal = story.cursor.fail(CANCEL, cancel_failed(), FOR_EVER)
    story.cursor.plan(AgentScript(outcome="never"))
    story.start(ONE)
    story.comment("/orchestra pause")
    story.wait(120)

    assert story.has(PAUSED)()
    assert "Stopping the agent on task 1 “First thing” failed" in story.progress()
    assert "agent not stopped" in story.progress()
    story.wait(3600, step=600)
    said = [text for text in story.said() if "It may still be working" in text]
    assert len(said) == 1, "one mention per state"

    refusal.left = 0
    story.wait(700, step=100)
    assert agents(story)[0].latest.status == "CANCELLED"
    story.rest()
    assert "It may still be working" not in story.progress()


def test_a_conversation_that_cannot_be_read_does_not_hold_the_task(story: Story) -> None:
    """409 is documented for deleted agents, and was seen while the agent itself says FINISHED."""
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(conclusion="failure")
    story.cursor.fail(CONVERSATION, Fault(409, {"error": "Agent is archived"}), FOR_EVER)
    story.cursor.plan(
        AgentScript(
            commits=({"widgets.py": "1"},),
            follow_ups=(AgentScript(no_commits=True, webhook=WebhookScript(deliver="never")),),
        )
    )
    story.start(ONE)
    story.wait_for(lambda: len(agents(story)) > 1, most=900)
    assert len(agents(story)[0].prompts) == 2, "it was sent back first"
    give(story, "cancel")


def test_an_agent_that_ended_while_we_were_down_is_not_called_late(story: Story) -> None:
    quiet = WebhookScript(deliver="never")
    story.cursor.plan(AgentScript(seconds_to_end=60, webhook=quiet))
    story.start(ONE)
    story.pass_time(3 * 3600)
    story.settle()
    story.wait_for(story.has(COMPLETED))

    assert len(agents(story)) == len(pulls(story)) == 1
    assert story.cursor.ledger.of_kind("POST /v0/agents/{id}/stop") == []
    assert "retr" not in story.said()[-1]


def test_an_agent_whose_time_is_over_while_cursor_is_away_is_asked_first(story: Story) -> None:
    quiet = WebhookScript(deliver="never")
    story.cursor.plan(AgentScript(seconds_to_end=60, webhook=quiet))
    story.start(ONE)
    story.cursor.fail("GET /v0/agents/{id}", bad_gateway(), 8)
    story.pass_time(3 * 3600)
    story.wait_for(story.has(COMPLETED), most=3600)

    assert len(agents(story)) == 1
    assert story.task_is(1, TaskStatus.COMPLETED)()
    # Nobody knows when it ended, so all of the time counts.
    assert "has spent" in story.said()[0]


def test_a_limit_without_an_end_is_asked_about_ever_more_rarely(story: Story) -> None:
    limit = Fault(429, {"error": {"code": "rate_limit_exceeded", "message": "Rate limit exceeded"}})
    story.cursor.fail("POST /v0/agents", limit, FOR_EVER)
    story.start(ONE)
    story.wait(1200, step=60)
    assert len(launches(story)) <= 12
    assert "Cursor limits requests until " in story.progress()
    assert story.said() == []

    story.wait(3 * 3600, step=300)
    (said,) = story.said()
    assert said.startswith("@ada **Needs you:** Cursor has limited requests since ")
    give(story, "cancel")


@pytest.mark.parametrize("headers", [{"retry-after": "0"}, {"x-ratelimit-reset": "30"}])
def test_a_limit_that_ends_at_once_for_ever_is_asked_about_ever_more_rarely(
    story: Story, headers: dict[str, str]
) -> None:
    words = {"error": {"code": "rate_limit_exceeded", "message": "Rate limit exceeded"}}
    story.cursor.fail("POST /v0/agents", Fault(429, words, headers), FOR_EVER)
    story.start(ONE)
    story.wait(1200, step=60)
    assert len(launches(story)) <= 14
    assert "Cursor limits requests until " in story.progress()
    give(story, "cancel")


TIMED_OUT = {"data": None, "errors": [{"message": "Resource limits for this query exceeded"}]}
UNANSWERED = [
    ("GraphQL PullRequestSnapshot", 200, TIMED_OUT, "Resource limits for this query exceeded"),
    ("compare", 500, {"message": "This diff is unavailable"}, "This diff is unavailable"),
]


@pytest.mark.parametrize(("kind", "status", "body", "words"), UNANSWERED)
def test_what_github_never_answers_is_shown_and_ends_at_a_person(
    story: Story, kind: str, status: int, body: Any, words: str
) -> None:
    fault = GitHubFault(kind, "answer", status, body, times=FOR_EVER)
    story.github.faults.add(fault)
    story.start(ONE)
    story.wait(240)
    assert f"GitHub gives no usable answer: “{words}”. Trying again at " in story.progress()
    assert story.said() == []

    story.wait(2 * 3600, step=600)
    (said,) = story.said()
    assert said.startswith("@ada **Needs you:** GitHub hasn't given a usable answer since ")
    assert story.has(EpicStatus.ACTIVE)(), "nothing of it is the task's fault"
    fault.times = 0
    story.wait_for(story.has(COMPLETED), most=900)


def test_an_agent_that_cursor_never_shows_again_ends_at_a_person(story: Story) -> None:
    story.cursor.plan(AgentScript(outcome="never"))
    story.start(ONE)
    refusal = story.cursor.fail("GET /v0/agents/{id}", bad_gateway(), FOR_EVER)
    story.wait(4 * 3600, step=900)
    (said,) = story.said()
    assert said.startswith("@ada **Needs you:** Cursor hasn't given a usable answer since ")
    give(story, "cancel")
    refusal.left = 0
    story.wait(700, step=100)
