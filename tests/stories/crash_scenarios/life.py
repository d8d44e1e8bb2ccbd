"""The life of an epic and its issue, and the commands that change it."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.crash_scenarios.common import MOST, NEVER, TWO, labels
from tests.stories.pull_requests import repository, the_agent
from tests.stories.steps import ONE, script_check
from tests.stories.test_editing_the_checklist import before_the_tick


def nothing(_: Story) -> None:
    """The scenario begins with the story."""


def happy(story: Story) -> None:
    story.open_epic(ONE)
    story.comment("/orchestra start")
    story.wait_for(lambda: story.github.issue(REPOSITORY, story.issue).state == "closed", most=MOST)


def audit_happy(story: Story) -> None:
    assert story.body() == "- [x] First thing\n"
    assert story.github.issue(REPOSITORY, story.issue).state == "closed"
    assert repository(story).git.branches() == ["main"]
    (pull,) = repository(story).pulls
    assert pull.merged_at is not None
    assert len(story.cursor.agents) == 1
    assert story.markers() == {"progress": 1, "ended": 1}
    assert labels(story) == {"orchestra", "orchestra: done"}


def referring(story: Story) -> None:
    """Come to the last check of a task that is about another issue."""
    story.github.open_issue(REPOSITORY, "Add a colour", "Red.", by="ada")
    script_check(story, after=30)
    story.start("- [ ] #1\n")
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))


def merge_referring(story: Story) -> None:
    story.wait_for(lambda: story.github.issue(REPOSITORY, 1).state == "closed", most=MOST)
    story.wait_for(story.has(EpicStatus.COMPLETED), most=MOST)


def audit_referring(story: Story) -> None:
    assert story.body() == "- [x] #1\n"
    assert story.github.issue(REPOSITORY, 1).state == "closed"
    assert story.markers() == {"progress": 1, "ended": 1}


def cancel(story: Story) -> None:
    story.comment("/orchestra cancel")
    story.wait_for(story.has(EpicStatus.CANCELLED), most=MOST)


def audit_cancelled(story: Story) -> None:
    assert all(agent.status != "RUNNING" for agent in story.cursor.agents.values())
    assert len(story.cursor.agents) == 1
    assert not any(pull.merged_at for pull in repository(story).pulls)
    assert story.github.issue(REPOSITORY, story.issue).state == "open"
    assert story.markers() == {"progress": 1}


def close(story: Story) -> None:
    story.github.close(REPOSITORY, story.issue, by="ada")
    story.wait_for(story.has(EpicStatus.PAUSED), most=MOST)


def audit_closed(story: Story) -> None:
    assert the_agent(story).status != "RUNNING"
    assert story.markers() == {"progress": 1, "paused": 1}
    assert labels(story) == {"orchestra", "orchestra: paused"}


def closed_by_us(story: Story) -> None:
    story.github.close(REPOSITORY, story.issue, by="orchestra[bot]")
    story.wait_for(lambda: story.github.issue(REPOSITORY, story.issue).state == "open", most=MOST)


def audit_reopened(story: Story) -> None:
    assert story.github.issue(REPOSITORY, story.issue).state == "open"
    assert story.epic().status is EpicStatus.ACTIVE
    assert story.markers() == {"progress": 1}


def restart(story: Story) -> None:
    story.cursor.plan(NEVER)
    story.comment("/orchestra restart 1")
    story.wait_for(lambda: len(story.cursor.agents) == 2, most=MOST)


def audit_restarted(story: Story) -> None:
    assert len(story.cursor.agents) == 2
    (old,) = repository(story).pulls
    assert not old.open
    assert story.markers(old.number) == {"restarted": 1}
    assert story.markers() == {"progress": 1, "ask": 1}


def add(story: Story) -> None:
    story.comment("/orchestra add Second thing")
    story.wait_for(lambda: "Second thing" in story.body(), most=MOST)


def audit_added(story: Story) -> None:
    assert story.body() == TWO
    assert [task.title for task in story.epic().tasks] == ["First thing", "Second thing"]


def about_to_tick(story: Story) -> None:
    story.cursor.plan(AgentScript())
    story.cursor.plan(NEVER)
    story.github.merge_async_delay = 20
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.wait(5)
    edited = f"Hurry!\n\n{TWO}"
    edit = {"body": edited, "by": "ada"}
    before_the_tick(story, lambda: story.github.edit_issue(REPOSITORY, story.issue, **edit))


def restore(story: Story) -> None:
    story.wait_for(lambda: "Hurry!" in story.body() and "[x]" in story.body(), most=MOST)


def audit_restored(story: Story) -> None:
    assert story.body() == "Hurry!\n\n- [x] First thing\n- [ ] Second thing\n"
