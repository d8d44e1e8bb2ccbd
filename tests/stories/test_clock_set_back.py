"""The database's clock was an hour ahead and is put right, while something waits for a time."""

from datetime import timedelta

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript, WebhookScript
from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE, agents, pulls

AHEAD = timedelta(hours=1)


@pytest.mark.parametrize("during", ["agent", "retry", "checks"])
def test_nothing_waits_for_the_hour_once_more(story: Story, during: str) -> None:
    story.services.database.shift += AHEAD
    story.cursor.plan(
        AgentScript(
            outcome="ERROR" if during == "retry" else "FINISHED",
            seconds_to_end=30,
            webhook=WebhookScript(deliver="never"),
        )
    )
    # No rule names checks, so that their time of grace has to pass.
    story.github.repository(REPOSITORY).rules.clear()
    story.start(ONE)
    if during == "retry":
        story.wait_for(lambda: story.epic().tasks[0].retry_at is not None)

    elif during == "checks":
        story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))

    story.services.database.shift -= AHEAD
    story.wait_for(story.has(EpicStatus.COMPLETED), most=900)
    assert len(pulls(story)) == 1
    assert len(agents(story)) == (2 if during == "retry" else 1)
