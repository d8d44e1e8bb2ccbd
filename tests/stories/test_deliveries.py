"""GitHub's deliveries, more than once and at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.core.model.identifiers import EpicStatus
from jobs import wiring
from tests.harness import Story
from tests.stories.agents import ONE, agents

pytestmark = pytest.mark.both_databases


def test_the_same_delivery_twice_at_once_has_one_effect(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    comment = story.comment("/orchestra status")
    (delivery,) = story.github.outbox.take()
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(story.post, [delivery, delivery]))
    story.settle()
    assert story.post(delivery) == 202
    story.settle()

    assert answers == [202, 202]
    assert len(story.said()) == 1
    assert story.reactions(comment) == ["+1"]


def test_every_delivery_twice_builds_everything_once(story: Story) -> None:
    def post_twice(webhook: object) -> bool:
        story.post(webhook)  # type: ignore[arg-type] # whatever is delivered
        return False

    story.lose = post_twice
    story.start(ONE)
    story.wait_for(story.has(EpicStatus.COMPLETED))

    assert len(agents(story)) == 1
    assert len(story.said()) == 1


def test_the_job_that_ingests_carries_a_single_epic_itself(story: Story) -> None:
    wiring.use(story.services)
    story.open_epic(ONE)
    story.deliver()
    wiring.ingest_deliveries()
    assert story.epic().activated
    assert len(story.bot_comments()) == 1
    story.settle()
