"""Rules that only GitHub can judge: it is asked to merge by itself once they are met."""

import pytest

from bot.core.identifiers import EpicStatus
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import demand, opened, waits

CANCELLED, COMPLETED = EpicStatus.CANCELLED, EpicStatus.COMPLETED
RULE = "required_signatures"


def left_to_github(story: Story) -> None:
    """Come to where GitHub has been asked to merge by itself."""
    story.github.change_settings(REPOSITORY, allow_auto_merge=True)
    demand(story, other=[RULE])
    opened(story)
    story.wait_for(lambda: story.pull().auto_merge is not None, most=60)
    story.rest()


def test_github_merges_by_itself_once_its_rules_are_met(story: Story) -> None:
    left_to_github(story)
    assert waits(story) == f"GitHub's rules (`{RULE}`); GitHub then merges it by itself"
    asked = story.pull().auto_merge
    assert asked is not None
    assert (asked.actor.user.login, asked.method) == ("orchestra[bot]", "squash")
    assert (asked.title, asked.message) == (
        f"First thing (#{story.pull().number})",
        f"Task 1 of #{story.issue}",
    )
    demand(story)
    story.wait_for(story.has(COMPLETED), most=30)
    assert story.requests("merge-async") == []


@pytest.mark.parametrize("command", ["pause", "cancel"])
def test_pause_and_cancel_switch_it_off(story: Story, command: str) -> None:
    left_to_github(story)
    story.comment(f"/orchestra {command}")
    story.settle()
    assert story.pull().auto_merge is None
    demand(story)
    story.wait(300, step=100)
    assert story.pull().open


def test_resume_switches_it_on_again(story: Story) -> None:
    left_to_github(story)
    story.comment("/orchestra pause")
    story.settle()
    story.comment("/orchestra resume")
    story.wait_for(lambda: story.pull().auto_merge is not None, most=30)
    demand(story)
    story.wait_for(story.has(COMPLETED), most=30)


def test_without_auto_merge_a_person_is_waited_for(story: Story) -> None:
    demand(story, other=[RULE])
    opened(story)
    story.wait(20)
    assert waits(story) == f"GitHub's rules (`{RULE}`) to be met"
    demand(story)
    story.wait_for(story.has(COMPLETED), most=700)
