"""A pull request whose branch was pushed back to its base is closed, or said; it stops nothing."""

from bot.core.model.identifiers import TaskStatus
from tests.harness import REPOSITORY, Story
from tests.stories.steps import PAUSED, obeyed, with_open_pull_request


def push_back(story: Story) -> None:
    """Leave the pull request without a commit of its own."""
    pull = story.pull()
    pull.repository.git.set_head(pull.head, pull.base_sha)
    pull.head_sha = pull.base_sha


def test_one_that_was_closed_so_is_closed(story: Story) -> None:
    with_open_pull_request(story)
    push_back(story)
    story.github.close(REPOSITORY, story.pull().number, by="grace")
    story.wait_for(story.has(PAUSED))
    assert story.task_is(1, TaskStatus.FAILED)()
    assert any("closed" in text and "grace" in text for text in story.said())


def test_one_that_is_open_is_said_and_the_epic_can_be_cancelled(story: Story) -> None:
    with_open_pull_request(story)
    push_back(story)
    story.wait_for(story.has(PAUSED), most=1800)
    assert any("has no commits left" in text for text in story.said())
    obeyed(story, "cancel")
