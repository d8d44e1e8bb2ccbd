"""Launches that Cursor refuses: for good, or for a moment."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import Fault, unverifiable_branch
from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE, agents, launches

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED
REFUSALS = [
    (Fault(401, {"code": "error", "message": "Invalid User API Key"}), "Invalid User API Key"),
    (Fault(403, {"error": "Your plan's limit is reached"}), "Your plan's limit is reached"),
    (
        Fault(429, {"error": {"code": "usage_limit_exceeded", "message": "Spend limit reached"}}),
        "Spend limit reached",
    ),
    (
        Fault(400, {"error": {"code": "repository_access", "message": "Repository not covered"}}),
        "Repository not covered",
    ),
]


@pytest.mark.parametrize(("refusal", "words"), REFUSALS, ids=["401", "403", "spent", "repository"])
def test_a_refused_key_is_shown_and_tried_again(story: Story, refusal: Fault, words: str) -> None:
    story.cursor.fail("POST /v0/agents", refusal, 3)
    story.start(ONE)
    story.wait(45)
    assert f"Cursor refuses Orchestra's access: “{words}”. Trying again at" in story.progress()
    assert story.said() == []
    story.wait_for(story.has(COMPLETED), most=300)
    assert len(agents(story)) == 1
    assert "retr" not in story.said()[-1]


def test_a_key_refused_for_an_hour_is_a_persons_once(story: Story) -> None:
    words = {"code": "error", "message": "Invalid User API Key"}
    story.cursor.fail("POST /v0/agents", Fault(401, words), 16)
    story.start(ONE)
    story.wait(5400, step=300)
    (said,) = story.said()
    assert said.startswith("@ada **Needs you:** Cursor has refused Orchestra's access since ")
    story.wait_for(story.has(COMPLETED), most=3 * 3600)


def test_a_launch_refused_for_good_fails_at_once(story: Story) -> None:
    words = "Model 'o9' is not available"
    story.cursor.fail("POST /v0/agents", Fault(400, {"error": words}))
    story.start(ONE)

    assert story.has(PAUSED)()
    assert story.task_is(1, TaskStatus.FAILED)()
    reason = f"Task 1 “First thing”: Cursor refused to launch the agent: “{words}”."
    assert [text.partition("\n")[0] for text in story.said()] == [
        f"@ada **Widgets 2.0** is paused. {reason}"
    ]
    assert len(launches(story)) == 1
    # Put right by a person, it goes on.
    story.comment("/orchestra retry 1")
    story.wait_for(story.has(COMPLETED))
    assert len(agents(story)) == 1


def test_a_refusal_known_to_pass_is_tried_again(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", unverifiable_branch("main", REPOSITORY))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))

    assert len(launches(story)) == 2
    assert "1 retry" in story.said()[-1]
