"""A base branch that is merged into through GitHub's merge queue."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.reasons import Failure, FailureKind
from sandbox.github import MergeQueue
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import demand, repository
from tests.stories.steps import ONE

ACTIVE, CANCELLED, COMPLETED = EpicStatus.ACTIVE, EpicStatus.CANCELLED, EpicStatus.COMPLETED


def in_queue(story: Story, queue: MergeQueue) -> None:
    """Come to where the first task's pull request is in the queue."""
    demand(story, merge_queue=queue)
    story.start(ONE)
    story.wait_for(lambda: bool(repository(story).queue), most=30)
    story.rest()


def test_the_queue_merges_it(story: Story) -> None:
    in_queue(story, MergeQueue(after=60))
    assert story.task_is(1, TaskStatus.MERGING)()
    assert "\n#2 (task 1) is in GitHub's merge queue (position 1).\n" in story.progress()
    story.wait_for(story.has(COMPLETED), most=90)
    assert story.epic().tasks[0].merge_sha == story.pull().merge_sha
    assert story.body() == "- [x] First thing\n"


def test_what_a_person_takes_out_is_judged_again(story: Story) -> None:
    in_queue(story, MergeQueue(after=60))
    story.github.dequeue(REPOSITORY, story.pull().number, by="grace")
    story.wait_for(story.has(COMPLETED), most=120)
    assert "GitHub did not merge\n" in story.progress()


def test_what_the_queue_keeps_taking_out_fails(story: Story) -> None:
    demand(story, merge_queue=MergeQueue(after=1, fails=True))
    story.start(ONE)
    story.wait_for(story.has(EpicStatus.PAUSED), most=300)
    assert story.epic().tasks[0].failure == Failure(kind=FailureKind.MERGE_REFUSED)
    assert len(story.said()) == 1


def test_cancel_takes_it_out_of_the_queue(story: Story) -> None:
    in_queue(story, MergeQueue(after=60))
    story.comment("/orchestra cancel")
    story.wait(120, step=30)
    assert repository(story).queue == []
    assert story.pull().open
    assert story.epic().status is CANCELLED


def test_pause_takes_it_out_and_resume_puts_it_back(story: Story) -> None:
    in_queue(story, MergeQueue(after=60))
    story.comment("/orchestra pause")
    story.wait(120, step=30)
    assert repository(story).queue == []
    assert story.pull().open
    story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED), most=120)
