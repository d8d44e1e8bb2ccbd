"""Launches that Cursor refuses: for good, or for a moment."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import Fault, unverifiable_branch
from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE, agents, launches

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED
REFUSALS = [
    (Fault(400, {"error": "Model 'o9' is not available"}), "Model 'o9' is not available"),
    (Fault(401, {"code": "error", "message": "Invalid User API Key"}), "Invalid User API Key"),
    (Fault(403, {"error": "Your plan's limit is reached"}), "Your plan's limit is reached"),
]


@pytest.mark.parametrize(("refusal", "words"), REFUSALS, ids=["400", "401", "403"])
def test_a_launch_refused_for_good_fails_at_once(story: Story, refusal: Fault, words: str) -> None:
    story.cursor.fail("POST /v0/agents", refusal)
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
