"""Rules that only GitHub can judge: it is asked to merge by itself once they are met."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import demand, follow_ups, opened, waits
from tests.stories.steps import told

CANCELLED, COMPLETED = EpicStatus.CANCELLED, EpicStatus.COMPLETED
RULE = "required_signatures"


def auto_merge_requested(story: Story) -> None:
    """Come to where GitHub has been asked to merge by itself."""
    story.github.change_settings(REPOSITORY, allow_auto_merge=True)
    demand(story, other=[RULE])
    opened(story)
    story.wait_for(lambda: story.pull().auto_merge is not None, most=60)
    story.rest()


def test_github_merges_by_itself_once_its_rules_are_met(story: Story) -> None:
    auto_merge_requested(story)
    assert waits(story) == (
        f"GitHub merges the pull request once its rules are satisfied ({RULE})."
    )
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
    auto_merge_requested(story)
    story.comment(f"/orchestra {command}")
    story.settle()
    assert story.pull().auto_merge is None
    demand(story)
    story.wait(300, step=100)
    assert story.pull().open


def test_what_is_sent_back_github_does_not_merge(story: Story) -> None:
    story.github.set_permission(REPOSITORY, "grace", "write")
    fix = AgentScript(seconds_to_end=60, commits=({"widgets.py": "better\n"},))
    story.cursor.plan(AgentScript(commits=({"widgets.py": "bad\n"},), follow_ups=(fix,)))
    auto_merge_requested(story)
    story.github.review(
        REPOSITORY, story.pull().number, "REQUEST_CHANGES", "Do it better.", by="grace"
    )
    story.wait_for(story.task_is(1, TaskStatus.PROCESSING), most=30)
    assert story.pull().auto_merge is None
    assert len(follow_ups(story)) == 1
    demand(story)
    story.wait(200, step=50)
    assert story.pull().open
    assert waits(story) == "Waiting for @grace to review the pull request again."
    story.github.review(REPOSITORY, story.pull().number, "APPROVE", by="grace")
    story.wait_for(story.has(COMPLETED), most=60)
    told(story, "Waiting for @\u200bgrace to review #")


def test_no_auto_merge_closes_the_epic(story: Story) -> None:
    story.cursor.plan(AgentScript(summary="Closes #1"))
    auto_merge_requested(story)
    assert story.pull().issue.body == "Refs #1"


def test_resume_switches_it_on_again(story: Story) -> None:
    auto_merge_requested(story)
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
    assert waits(story) == f"The pull request doesn't satisfy GitHub's rules yet ({RULE})."
    demand(story)
    story.wait_for(story.has(COMPLETED), most=700)
    told(story, f"doesn't satisfy GitHub's rules yet (`{RULE}`)")
