"""Conflicts with the base branch: mended by an update, by the agent, or by a person."""

from bot.core.model.identifiers import EpicStatus
from sandbox.cursor import AgentScript
from tests.harness import Story
from tests.stories.pull_requests import follow_ups, opened, push, repository, writes
from tests.stories.steps import configure, script_check

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED
OURS, THEIRS = "# The agent's\n", "# A person's\n"


def in_conflict(story: Story, script: AgentScript) -> None:
    """A person pushes to the base what the first task's pull request changes too."""
    story.cursor.plan(script)
    script_check(story, after=5)
    opened(story)
    push(story, "main", {"README.md": THEIRS})


def test_an_update_is_tried_first(story: Story) -> None:
    script_check(story, after=5)
    opened(story)
    push(story, "main", {"other.md": "other\n"})
    story.github.tick()
    # GitHub's own trial merge is at times out of date.
    story.pull().mergeable = False
    story.wait_for(story.has(COMPLETED), most=60)
    assert "the pull request has a merge conflict: updating the branch" in story.progress()
    assert len(story.requests("update-branch")) == 1
    assert follow_ups(story) == []


def test_the_agent_resolves_what_an_update_cannot(story: Story) -> None:
    in_conflict(story, writes(OURS, THEIRS, path="README.md"))
    story.wait_for(story.has(COMPLETED), most=60)
    (prompt,) = follow_ups(story)
    assert "Your branch conflicts with `main`. Merge the newest `main` into your branch" in prompt
    assert len(story.requests("update-branch")) == 1
    assert story.said()[0].startswith("@ada **Widgets 2.0** is done with 1 of 1 task.")


def test_an_agent_that_says_so_but_resolved_nothing_fails(story: Story) -> None:
    in_conflict(story, writes(OURS, OURS + "More.\n", path="README.md"))
    story.wait_for(story.has(PAUSED), most=60)
    assert len(follow_ups(story)) == 1
    assert [text.splitlines()[0] for text in story.said()] == [
        "@ada **Widgets 2.0** is paused. Task 1 “First thing” (#2): the branch has a merge conflict"
        " with `main`. The agent was sent back once."
    ]
    assert story.requests("merge-async") == []
    assert repository(story).git.head("main") != story.pull().merge_sha


def test_the_settings_say_how_often_the_agent_is_asked(story: Story) -> None:
    configure(story, "fixes: {conflict: 2}\n")
    in_conflict(story, writes(OURS, OURS + "More.\n", THEIRS, path="README.md"))
    story.wait_for(story.has(COMPLETED), most=90)
    assert len(follow_ups(story)) == 2
