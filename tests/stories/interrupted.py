"""What stories about interrupted epics have in common: one at work, one left in peace."""

from bot.core.model.identifiers import EpicStatus
from sandbox.cursor import AgentScript
from tests.harness import REST_SECONDS, Story

ONE = "- [ ] First thing\n"
WAYS_ON = (
    "\n\n"
    "- `/orchestra resume` — continue from the current state on GitHub and Cursor\n"
    "- `/orchestra cancel` — end the epic; open pull requests stay open"
)
HOUR = 3600.0


def at_work(story: Story, body: str = ONE) -> None:
    """Come to where the first task's agent works and does not end by itself."""
    story.cursor.plan(AgentScript(outcome="never"))
    story.start(body)
    story.wait(5)
    assert [agent.status for agent in story.cursor.agents.values()] == ["RUNNING"]


def interrupted(story: Story) -> None:
    """Let what has just happened take its effect: the epic pauses, and its agent is stopped."""
    story.settle()
    story.wait(REST_SECONDS)
    assert story.epic().status is EpicStatus.PAUSED, story.say()
    assert "RUNNING" not in {agent.status for agent in story.cursor.agents.values()}


def in_peace(story: Story, seconds: float = HOUR) -> bool:
    """Whether nobody is asked anything while time passes."""
    before = len(story.github.ledger.entries), len(story.cursor.ledger.entries)
    story.wait(seconds, step=seconds / 6)
    after = len(story.github.ledger.entries), len(story.cursor.ledger.entries)
    return after == before


def goes_on(story: Story, launches: int = 2) -> None:
    """`resume` is obeyed, another agent launched, and the epic comes to its end."""
    comment = story.comment("/orchestra resume")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert story.reactions(comment) == ["+1"]
    assert len(story.cursor.agents) == launches
    assert story.github.issue(story.home, story.issue).state == "closed"
