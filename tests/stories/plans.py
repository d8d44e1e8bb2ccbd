"""Steps that stories about plans share."""

from bot.core.model.plan import PlanStage
from tests.harness import Story
from tests.stories.steps import obeyed, pending

ONE_WISH = "Give widgets a colour field.\n"
WISH = "Widgets are all grey. Give widgets a colour field. Describe colours in the README.\n"
PLANNED = f"""{WISH}\
- [ ] Widgets are all grey `complexity: medium`

  See the issue: Widgets are all grey.

  Done when:

  - The tests pass.
- [ ] Give widgets a colour field `after: 1` `complexity: medium`

  See the issue: Give widgets a colour field.

  Done when:

  - The tests pass.
- [ ] Describe colours in the README `after: 2` `complexity: medium`

  See the issue: Describe colours in the README.

  Done when:

  - The tests pass.
"""


def proposed(story: Story, body: str = WISH) -> None:
    """Come to where a plan waits to be accepted."""
    pending(story, body)
    obeyed(story, "plan")
    assert stage(story) is PlanStage.PROPOSED
    assert "This plan adds" in last_said(story)


def stage(story: Story) -> PlanStage | None:
    """How far the epic's plan has come."""
    plan = story.epic().plan
    return plan.stage if plan else None


def last_said(story: Story) -> str:
    """Our newest comment."""
    return story.said()[-1]
