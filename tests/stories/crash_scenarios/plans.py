"""A checklist asked of a language model, and written into the issue."""

from bot.core.model.plan import PlanStage
from tests.harness import Story
from tests.stories.crash_scenarios.common import MOST
from tests.stories.plans import PLANNED, WISH, stage
from tests.stories.steps import pending


def wished(story: Story) -> None:
    pending(story, WISH)


def plan(story: Story) -> None:
    story.comment("/orchestra plan")
    story.wait_for(lambda: stage(story) is PlanStage.PROPOSED and _is_shown(story), most=MOST)
    story.comment("/orchestra plan accept")
    story.wait_for(lambda: "- [ ]" in story.body(), most=MOST)


def _is_shown(story: Story) -> bool:
    return story.markers()["plan"] > 0


def audit_planned(story: Story) -> None:
    assert story.body() == PLANNED
    assert stage(story) is PlanStage.WRITTEN
    assert story.markers() == {"progress": 1, "plan": 1, "answer": 1}
