"""A branch that leaves no room for ours: `orchestra` beside `orchestra/…` cannot be."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE, agents, launches
from tests.stories.pull_requests import repository
from tests.stories.steps import answers, give, obeyed, pending, refused

NAMES = ["orchestra", "orchestra/epic-1"]
PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED
IN_THE_WAY = "leaves no room for Orchestra's branches, whose names begin with `orchestra/`."


def take(story: Story, name: str) -> None:
    """Somebody makes a branch of that name."""
    story.github.commit_files(REPOSITORY, name, {"theirs.md": "Theirs.\n"}, "Theirs", "grace")


def named_before_the_start(story: Story, name: str) -> None:
    """Both `start` and `doctor` name the branch; without it, all is well."""
    take(story, name)
    pending(story, ONE)
    assert f"The branch `{name}` {IN_THE_WAY}" in refused(story, "start")
    give(story, "doctor")
    answer = answers(story)[-1]
    assert f"| ❌ | Branch names | The branch {name} {IN_THE_WAY}" in answer
    assert "Not ready" in answer
    assert launches(story) == []
    story.github.delete_branch(REPOSITORY, name, by="grace")
    obeyed(story, "start")
    story.wait_for(story.has(COMPLETED))


@pytest.mark.parametrize("name", NAMES)
def test_start_and_doctor_name_it_and_nothing_is_launched(story: Story, name: str) -> None:
    named_before_the_start(story, name)


@pytest.mark.parametrize("name", NAMES)
def test_start_and_doctor_name_it_with_v1_too(story_v1: Story, name: str) -> None:
    named_before_the_start(story_v1, name)


def test_one_that_comes_later_ends_the_launches_with_its_name(story: Story) -> None:
    story.cursor.plan(AgentScript(branch="orchestra"))
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    story.wait_for(story.has(PAUSED), most=900)
    assert "the branch `orchestra` leaves no room for the agent's branch" in story.said()[-1]
    assert len(agents(story)) == 2
    story.github.delete_branch(REPOSITORY, "orchestra", by="grace")
    obeyed(story, "retry 2")
    story.wait_for(story.has(COMPLETED), most=900)


def test_one_that_comes_later_is_named_with_v1_too(story_v1: Story) -> None:
    story_v1.start("- [ ] First thing\n- [ ] Second thing\n")
    story_v1.wait_for(story_v1.task_is(1, TaskStatus.PR_OPEN))
    obeyed(story_v1, "pause after")
    story_v1.wait_for(story_v1.has(PAUSED))
    take(story_v1, "orchestra")
    assert f"The branch `orchestra` {IN_THE_WAY}" in refused(story_v1, "resume")
    assert len(launches(story_v1)) == 1


def test_resume_names_it_too(story: Story) -> None:
    story.cursor.plan(AgentScript(outcome="never"))
    story.start(ONE)
    obeyed(story, "pause")
    take(story, "orchestra")
    assert f"The branch `orchestra` {IN_THE_WAY}" in refused(story, "resume")
    assert len(launches(story)) == 1
    assert repository(story).git.head("orchestra") is not None


@pytest.mark.parametrize(
    "name", ["orchestra-old", "feat/orchestra", "orchestra/epic-2", "Orchestra"]
)
def test_other_names_leave_room(story: Story, name: str) -> None:
    take(story, name)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
