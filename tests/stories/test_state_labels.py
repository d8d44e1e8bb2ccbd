"""The label that shows how an epic stands."""

from bot.core.model.identifiers import EpicStatus
from sandbox.cursor import AgentScript
from sandbox.github import Fault
from tests.harness import REPOSITORY, Story
from tests.stories.interrupted import ONE, at_work

ACTIVE, PAUSED, COMPLETED = EpicStatus.ACTIVE, EpicStatus.PAUSED, EpicStatus.COMPLETED


def labels(story: Story) -> set[str]:
    """The labels of the issue."""
    return {label.name for label in story.github.issue(REPOSITORY, story.issue).labels}


def with_settings(story: Story, text: str) -> None:
    files = {".github/orchestra.yml": text}
    story.github.commit_files(REPOSITORY, "main", files, "Settings", "ada")


def test_running_paused_done(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    assert labels(story) == {"orchestra"}
    story.cursor.plan(AgentScript(outcome="never"))
    story.comment("/orchestra start")
    story.settle()
    assert labels(story) == {"orchestra", "orchestra: running"}
    story.comment("/orchestra pause")
    story.settle()
    assert labels(story) == {"orchestra", "orchestra: paused"}
    story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED))
    story.settle()
    assert labels(story) == {"orchestra", "orchestra: done"}


def test_failed(story: Story) -> None:
    with_settings(story, "on_failure: stop\n")
    story.cursor.plan(AgentScript(no_commits=True))
    story.start(ONE)
    story.wait_for(story.has(EpicStatus.FAILED))
    story.settle()
    assert labels(story) == {"orchestra", "orchestra: failed"}


def test_one_that_a_person_takes_off_comes_with_the_next_state(story: Story) -> None:
    at_work(story)
    story.github.unlabel(REPOSITORY, story.issue, "orchestra: running", by="ada")
    story.settle()
    assert story.epic().status is ACTIVE
    assert labels(story) == {"orchestra"}
    story.comment("/orchestra pause")
    story.settle()
    assert labels(story) == {"orchestra", "orchestra: paused"}


def test_a_person_who_puts_one_on_starts_nothing(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    story.github.label(REPOSITORY, story.issue, "orchestra: running", by="ada")
    story.settle()
    assert story.epic().status is EpicStatus.PENDING
    assert story.cursor.agents == {}


def test_labels_of_other_names_are_left_alone(story: Story) -> None:
    story.open_epic(ONE)
    story.github.label(REPOSITORY, story.issue, "orchestra: loud", "urgent", by="ada")
    story.settle()
    story.comment("/orchestra start")
    story.wait_for(story.has(COMPLETED))
    story.settle()
    assert labels(story) == {"orchestra", "orchestra: done", "orchestra: loud", "urgent"}


def test_switched_off(story: Story) -> None:
    with_settings(story, "labels: {state: false}\n")
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    story.settle()
    assert labels(story) == {"orchestra"}


def test_a_label_that_github_refuses_stops_nothing(story: Story) -> None:
    refusal = Fault("POST .*/labels", status=403, body={"message": "No."}, times=99)
    story.github.faults.add(refusal)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    assert labels(story) == {"orchestra"}
