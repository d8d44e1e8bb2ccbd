"""The branch of a task's pull request is renamed, for which GitHub closes the pull request."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.reasons import FailureKind
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.agents import agents, pulls
from tests.stories.pull_requests import follow_ups, writes
from tests.stories.steps import ONE, obeyed, script_check

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED
NAME = "ada/nicer-name"


def rename(story: Story, before: str | None = None, after: str = NAME) -> str:
    """A person renames the head of the task's pull request; returns its name before."""
    branch = before or story.pull().head
    story.github.rename_branch(REPOSITORY, branch, after, by="grace")
    return branch


def renamed(story: Story) -> str:
    """Come to where the head was renamed while checks ran; returns its name before."""
    script_check(story, after=100)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.settle()
    branch = rename(story)
    story.wait_for(story.has(PAUSED), most=5)
    return branch


def open_another(story: Story) -> None:
    """A person opens a pull request from the new name."""
    story.github.open_pull_request(
        REPOSITORY, head=NAME, base="main", title="Nicer", body=None, author_login="grace"
    )


def completes_with(story: Story, numbers: list[int]) -> None:
    """The task is merged by the last of these pull requests, its one agent's work with it."""
    story.wait_for(story.has(COMPLETED), most=600)
    assert [pull.number for pull in pulls(story)] == numbers
    assert [bool(pull.merged_at) for pull in pulls(story)] == [False] * (len(numbers) - 1) + [True]
    assert len(agents(story)) == 1


def test_both_names_are_said_and_what_can_be_done(story: Story) -> None:
    before = renamed(story)
    (failure,) = [task.failure for task in story.epic().tasks]
    assert failure is not None
    assert failure.kind is FailureKind.BRANCH_RENAMED
    said = (
        f"Task 1 “First thing” (#2): the branch `{before}` was renamed to `{NAME}`, which closed"
        f" pull request #2. A retry continues from `{NAME}`. You can also rename the branch back"
        " and reopen pull request #2."
    )
    assert said in story.said()[-1]
    assert said in story.progress()
    assert "- `/orchestra retry 1` — try again" in story.said()[-1]
    assert "resume" not in story.said()[-1]


def test_a_retry_opens_a_pull_request_from_the_new_name(story: Story) -> None:
    renamed(story)
    obeyed(story, "retry 1")
    completes_with(story, [2, 3])
    assert story.pull().head == NAME
    assert story.github.repository(REPOSITORY).git.head(NAME) is not None


def test_a_retry_takes_up_a_pull_request_of_the_new_name(story: Story) -> None:
    renamed(story)
    open_another(story)
    obeyed(story, "retry 1")
    completes_with(story, [2, 3])


def test_one_opened_before_we_saw_the_rename_is_taken_up_at_once(story: Story) -> None:
    script_check(story, after=100)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.settle()
    rename(story)
    open_another(story)
    completes_with(story, [2, 3])


def test_renaming_it_back_and_reopening_continues(story: Story) -> None:
    before = renamed(story)
    rename(story, NAME, before)
    story.github.reopen(REPOSITORY, 2, by="grace")
    completes_with(story, [2])


def test_a_restart_starts_over(story: Story) -> None:
    renamed(story)
    obeyed(story, "restart 1")
    story.wait_for(story.has(COMPLETED), most=600)
    assert len(agents(story)) == 2
    assert story.pull().head != NAME


@pytest.mark.parametrize("again", ["third/name", None], ids=["renamed again", "deleted"])
def test_what_becomes_of_the_new_name(story: Story, again: str | None) -> None:
    before = renamed(story)
    if again is None:
        story.github.delete_branch(REPOSITORY, NAME, by="grace")
    else:
        rename(story, NAME, again)
    obeyed(story, "retry 1")
    story.wait_for(story.has(COMPLETED), most=600)
    assert story.pull().head == again if again else story.pull().head not in (before, NAME)


def test_while_the_agent_is_sent_back(story: Story) -> None:
    story.cursor.plan(writes("bad\n", "good\n"))
    script_check(story, conclusion="failure", after=5)
    story.start(ONE)
    story.wait_for(lambda: len(follow_ups(story)) == 1, most=600)
    script_check(story)
    rename(story)
    story.wait_for(story.has(PAUSED), most=5)
    obeyed(story, "retry 1")
    story.wait_for(story.has(COMPLETED), most=900)
    assert story.pull().head == NAME


def test_before_there_is_a_pull_request(story: Story) -> None:
    story.cursor.plan(AgentScript(seconds_to_commit=1, seconds_to_end=60, no_pull_request=True))
    story.start(ONE)
    story.wait(30)
    (run,) = story.epic().tasks[0].runs
    rename(story, run.branch)
    completes_with(story, [2])
    assert story.pull().head == NAME


def test_a_deleted_branch_is_not_taken_for_a_renamed_one(story: Story) -> None:
    script_check(story, after=100)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.settle()
    story.github.delete_branch(REPOSITORY, story.pull().head, by="grace")
    story.wait_for(story.has(PAUSED), most=5)
    (failure,) = [task.failure for task in story.epic().tasks]
    assert failure is not None
    assert failure.kind is FailureKind.BRANCH_DELETED
    assert "the branch was deleted, which closed pull request #2." in story.said()[-1]
