"""An App key that GitHub refuses: what people asked for meanwhile is done once it is right."""

import pytest

from bot.core.model.identifiers import EpicStatus
from sandbox.github import Fault
from tests.harness import Story
from tests.stories.agents import ONE

REFUSED = {"message": "A JSON web token could not be decoded"}
ALWAYS = 100_000


@pytest.mark.parametrize("hours", [0.1, 0.5])
def test_what_was_asked_for_meanwhile_is_done_afterwards(story: Story, hours: float) -> None:
    for match in ("GET /app", "access_tokens"):
        fault = Fault(match, status=401, body=REFUSED, times=ALWAYS)
        story.github.faults.add(fault)
    story.open_epic(ONE)
    story.comment("/orchestra start")
    story.wait(hours * 3600, step=600)
    assert not story.cursor.agents

    story.github.faults.waiting.clear()
    story.wait_for(story.has(EpicStatus.COMPLETED), most=3600)
