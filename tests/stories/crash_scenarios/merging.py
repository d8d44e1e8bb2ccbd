"""A merge that is called off, one that makes the base red, and what GitHub would close with it."""

from bot.core.model.identifiers import EpicStatus
from sandbox.github import MergeQueue
from tests.harness import REPOSITORY, Story
from tests.stories.crash_scenarios.common import MOST
from tests.stories.pull_requests import demand, opened, repository
from tests.stories.steps import ONE, script_check


def in_queue(story: Story) -> None:
    demand(story, merge_queue=MergeQueue(after=100_000))
    story.start(ONE)
    story.wait_for(lambda: bool(repository(story).queue))
    story.rest()


def pause(story: Story) -> None:
    story.comment("/orchestra pause")
    story.wait_for(story.has(EpicStatus.PAUSED), most=MOST)


def audit_called_off(story: Story) -> None:
    assert repository(story).queue == []
    assert story.pull().auto_merge is None
    assert story.pull().open
    assert story.markers()["progress"] == 1


def auto_merge_requested(story: Story) -> None:
    story.github.change_settings(REPOSITORY, allow_auto_merge=True)
    demand(story, other=["required_signatures"])
    script_check(story, after=30)
    opened(story)
    story.wait(20)


def switch_on_and_off(story: Story) -> None:
    story.wait_for(lambda: story.pull().auto_merge is not None, most=MOST)
    pause(story)


def red_base(story: Story) -> None:
    sha = story.epic().tasks[0].merge_sha
    assert sha is not None
    story.github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion="failure")
    story.wait_for(lambda: story.markers()["revert"] > 0, most=MOST)
    story.github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion="success")
    story.wait_for(lambda: not story.epic().base_red, most=MOST)


def cancelled_base(story: Story) -> None:
    sha = story.epic().tasks[0].merge_sha
    assert sha is not None
    story.github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion="cancelled")
    story.wait_for(lambda: story.epic().known_base.rerun == sha, most=MOST)
    story.wait(5)


def audit_not_reverted(story: Story) -> None:
    assert len(repository(story).pulls) <= 2
    assert story.markers()["revert"] == 0
    assert 1 <= len(story.requests("rerun")) <= 2


def audit_revert(story: Story) -> None:
    _, revert = repository(story).pulls
    assert revert.issue.title == "Revert “First thing” (#2)"
    assert story.markers() == {"progress": 1, "revert": 1}


def say_closes(story: Story) -> None:
    story.github.edit_issue(REPOSITORY, story.pull().number, body="Fixes #1", by="ada")
    story.github.review(REPOSITORY, story.pull().number, "APPROVE", by="grace")
    story.wait_for(story.has(EpicStatus.COMPLETED), most=MOST)


def audit_refers(story: Story) -> None:
    assert story.pull().issue.body == "Refs #1"
    assert story.pull().merged_at is not None
    assert story.markers() == {"progress": 1, "ask": 1, "ended": 1}
