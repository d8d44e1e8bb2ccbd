"""A branch of the epic's own, and the pull request that brings it home."""

from bot.core.model.identifiers import TaskStatus
from tests.harness import REPOSITORY, Story
from tests.stories.crash_scenarios.common import MOST, NEVER, labels
from tests.stories.pull_requests import repository, the_agent
from tests.stories.steps import ONE, configure, script_check

EPIC_BRANCH = "base_branch: epic/{number}\n"


def unlabelled(story: Story) -> None:
    configure(story, EPIC_BRANCH)
    story.cursor.plan(NEVER)
    story.issue = story.github.open_issue(REPOSITORY, "Widgets 2.0", ONE, by="ada").number
    story.settle()


def start(story: Story) -> None:
    story.comment("/orchestra start")
    story.wait_for(lambda: bool(story.cursor.agents), most=MOST)


def audit_made(story: Story) -> None:
    assert "epic/1" in repository(story).git.branches()
    assert labels(story) == {"orchestra", "orchestra: running"}
    assert the_agent(story).ref == "epic/1"
    assert story.markers() == {"progress": 1}


def nearly_home(story: Story) -> None:
    configure(story, EPIC_BRANCH)
    story.github.merge_async_delay = 20
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.wait(5)
    script_check(story, never_ends=True)


def come_home(story: Story) -> None:
    def is_open() -> bool:
        task = story.epic().task(0)
        return task is not None and task.pull_request is not None

    story.wait_for(is_open, most=MOST)


def audit_home(story: Story) -> None:
    first, last = repository(story).pulls
    assert (first.base, last.base, last.head) == ("epic/1", "main", "epic/1")
    assert last.open
    assert story.markers() == {"progress": 1}


def waits_for_approval(story: Story) -> None:
    configure(story, EPIC_BRANCH)
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.start(ONE)
    story.wait_for(lambda: len(repository(story).pulls) == 2)
    story.wait(20)


def approve(story: Story) -> None:
    story.github.review(REPOSITORY, repository(story).pulls[-1].number, "APPROVE", by="grace")
    story.wait_for(lambda: story.github.issue(REPOSITORY, story.issue).state == "closed", most=MOST)


def audit_merged_home(story: Story) -> None:
    assert [pull.merged_at is not None for pull in repository(story).pulls] == [True, True]
    assert repository(story).git.branches() == ["main"]
    assert story.markers() == {"progress": 1, "ask": 1, "ended": 1}
