"""Branches that get another name while an epic runs."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.agents import agents, pulls
from tests.stories.pull_requests import repository
from tests.stories.steps import configure, obeyed, script_check

TWO = "- [ ] First thing\n- [ ] Second thing\n"
PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED


def rename(story: Story, branch: str = "main", name: str = "trunk", *, lost: bool = False) -> None:
    """A person renames a branch; the news of it may get lost."""
    story.github.rename_branch(REPOSITORY, branch, name, by="grace")
    if lost:
        story.lose = lambda _: True
        story.settle()
        story.lose = lambda _: False


def completes(story: Story, base: str = "trunk") -> None:
    """Both tasks are merged under the new name, by one agent each."""
    story.wait_for(story.has(COMPLETED), most=2000)
    assert [pull.base for pull in pulls(story)] == [base] * 2
    assert all(pull.merged_at for pull in pulls(story))
    assert len(agents(story)) == 2
    assert story.epic().base == base


@pytest.mark.parametrize("lost", [False, True], ids=["told", "not told"])
def test_the_epic_follows_while_a_pull_request_is_open(story: Story, lost: bool) -> None:
    script_check(story, after=100)
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    rename(story, lost=lost)
    completes(story)


@pytest.mark.parametrize("untold", [0, 60], ids=["told", "told late"])
def test_what_is_merged_while_its_base_is_renamed_is_where_it_belongs(
    story: Story, untold: float
) -> None:
    story.github.merge_async_delay = 20
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.settle()
    story.github.rename_branch(REPOSITORY, "main", "trunk", by="grace")
    # The answer to the merge may come before any webhook.
    story.lose = lambda _: untold > 0
    story.wait(untold)
    story.lose = lambda _: False
    completes(story)


@pytest.mark.parametrize("lost", [False, True], ids=["told", "not told"])
def test_the_epic_follows_while_an_agent_is_at_work(story: Story, lost: bool) -> None:
    story.cursor.plan(AgentScript(seconds_to_commit=1, seconds_to_end=200, base="trunk"))
    story.start(TWO)
    story.wait(60)
    rename(story, lost=lost)
    completes(story)


@pytest.mark.parametrize("lost", [False, True], ids=["told", "not told"])
def test_the_epic_follows_between_two_tasks(story: Story, lost: bool) -> None:
    story.start(TWO)
    obeyed(story, "pause after")
    story.wait_for(story.has(PAUSED))
    rename(story, lost=lost)
    obeyed(story, "resume")
    story.wait_for(story.has(COMPLETED), most=2000)
    assert story.pull(2).base == "trunk"
    assert len([agent for agent in agents(story) if agent.commits]) == 2


def test_the_epic_follows_with_v1(story_v1: Story) -> None:
    script_check(story_v1, after=100)
    story_v1.start(TWO)
    story_v1.wait_for(story_v1.task_is(1, TaskStatus.PR_OPEN))
    rename(story_v1)
    completes(story_v1)


def test_the_epic_follows_another_base_than_the_default_branch(story: Story) -> None:
    git = repository(story).git
    configure(story, "base_branch: develop\n")
    git.set_head("develop", git.head("main") or "")
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.PROCESSING))
    story.github.rename_branch(REPOSITORY, "develop", "next", by="grace")
    story.wait_for(story.has(COMPLETED), most=2000)
    assert story.pull(2).base == "next"


def test_another_default_branch_leaves_the_base_as_it_is(story: Story) -> None:
    script_check(story, after=100)
    git = repository(story).git
    git.set_head("other", git.head("main") or "")
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    repository(story).default_branch = "other"
    completes(story, "main")
