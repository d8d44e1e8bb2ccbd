"""Agents that end in an error: tried again while retries last, from what was left behind."""

from datetime import timedelta
from typing import Literal

import pytest

from bot.clients.agents.registry import OPERATOR
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.rendering.reasons import THE_TASK, wait_text
from bot.rendering.style import PLAIN
from sandbox.cursor import AgentScript, Fault, StopScript
from storage import models
from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE, agents, launches, prompts, pulls
from tests.stories.steps import configure

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED
ERROR = AgentScript(outcome="ERROR")
HALF = AgentScript(outcome="ERROR", commits=({"half.md": "Half of it.\n"},))


@pytest.mark.parametrize("outcome", ["ERROR", "EXPIRED"])
def test_an_agent_that_failed_is_tried_again_from_the_base(
    story: Story, outcome: Literal["ERROR", "EXPIRED"]
) -> None:
    story.cursor.plan(AgentScript(outcome=outcome))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))

    first, second = agents(story)
    assert first.branch != second.branch
    assert [first.ref, second.ref] == ["main", "main"]
    assert "What went wrong" not in prompts(story)[0]
    assert "What went wrong:\n\n`````\nThe earlier agent " in prompts(story)[1]
    assert "1 retry" in story.said()[-1]
    assert len(pulls(story)) == 1


def test_a_person_stops_the_agent_at_cursor(story: Story) -> None:
    story.cursor.plan(AgentScript(outcome="CANCELLED", stop=StopScript(shown="STOPPED")))
    story.start(ONE)
    story.wait_for(lambda: story.epic().tasks[0].retry_at is not None)
    task = story.epic().tasks[0]
    assert task.wait is not None
    assert wait_text(task.wait, THE_TASK, PLAIN).startswith(
        "The task: somebody stopped the agent. Retry 1 of 3 starts at "
    )
    story.wait_for(story.has(COMPLETED))
    assert "`````\nThe earlier agent was stopped before it had finished.\n" in prompts(story)[1]
    assert len(agents(story)) == 2


def test_a_new_agent_goes_on_from_pushed_commits(story: Story) -> None:
    story.cursor.plan(HALF)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))

    first, second = agents(story)
    assert second.ref == first.branch
    (pull,) = pulls(story)
    assert (pull.base, pull.head) == ("main", second.branch)
    git = story.github.repository(REPOSITORY).git
    head = git.head("main")
    assert head is not None
    assert "half.md" in git.files_at(head)


def test_commits_of_an_earlier_agent_are_enough(story: Story) -> None:
    story.cursor.plan(HALF)
    story.cursor.plan(AgentScript(no_commits=True, no_pull_request=True))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))

    (pull,) = pulls(story)
    assert pull.head == agents(story)[0].branch
    assert story.github.repository(REPOSITORY).git.branches() == ["main"]


def test_a_resume_during_the_wait_for_a_retry_uses_up_no_other(story: Story) -> None:
    story.cursor.plan(ERROR)
    story.start(ONE)
    story.wait_for(lambda: story.epic().tasks[0].retry_at is not None)
    story.comment("/orchestra pause")
    story.settle()
    story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED))

    assert len(agents(story)) == 2
    assert story.epic().tasks[0].retries_used == 1


def test_a_new_agent_goes_on_with_the_open_pull_request(story: Story) -> None:
    story.cursor.plan(ERROR)
    story.start(ONE)
    branch = agents(story)[0].branch
    story.github.commit_files(REPOSITORY, branch, {"a.md": "A.\n"}, "A", "cursor[bot]", base="main")
    story.github.open_pull_request(
        REPOSITORY,
        head=branch,
        base="main",
        title="First thing",
        body="",
        author_login="ada",
        draft=True,
    )
    story.wait_for(story.has(COMPLETED))

    assert len(pulls(story)) == 1
    assert len(agents(story)) == 2
    assert launches(story)[1].request["source"] == {
        "prUrl": f"{story.github.url}/{REPOSITORY}/pull/{story.pull().number}"
    }


def test_after_the_last_retry_the_epic_pauses_and_its_starter_is_told(story: Story) -> None:
    story.cursor.default_script = ERROR
    story.start(ONE)
    # Edits of the comment keep a distance, and only the last retry waits as long.
    story.wait_for(lambda: "Retry 3 of 3 starts at " in story.progress())
    assert "Task 1: the agent failed. Retry" in story.progress()
    assert "🟡 retry at " in story.progress()
    assert story.said() == []

    story.wait_for(story.has(PAUSED))
    story.rest()
    assert len(agents(story)) == 4
    assert story.task_is(1, TaskStatus.FAILED)()
    (told,) = story.said()
    assert told.startswith(
        "@ada **Widgets 2.0** is paused. Task 1 “First thing”: the agent failed. Tried 4 times.\n"
    )
    assert "> - `/orchestra retry 1` — try again\n> - `/orchestra skip 1` —" in story.progress()
    assert pulls(story) == []


def test_a_retry_by_hand_has_automatic_retries_again(story: Story) -> None:
    story.cursor.default_script = ERROR
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    story.cursor.plan(ERROR)
    story.cursor.default_script = AgentScript()
    story.comment("/orchestra retry 1")
    story.wait_for(story.has(COMPLETED))

    assert len(agents(story)) == 6
    assert len(pulls(story)) == 1


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_list_of_models_that_cannot_be_read_stops_no_launch(story: Story, status: int) -> None:
    configure(story, "agents: {model: claude-sonnet-4}\n")
    story.cursor.fail("GET /v0/models", Fault(status, {"error": "No list."}), times=50)
    story.start("- [ ] First thing\n")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    (launch,) = story.cursor.ledger.of_kind("POST /v0/agents")
    assert launch.request["model"] == "claude-4-sonnet-thinking"


def test_the_last_list_of_models_counts_where_none_can_be_read(story: Story) -> None:
    configure(story, "agents: {model: abacus}\n")
    with story.services.database.write() as connection:
        read_at = story.services.database.now(connection) - timedelta(days=2)
        models.store(connection, OPERATOR, ("o3", "claude-4-sonnet-thinking"), read_at)
    story.cursor.fail("GET /v0/models", Fault(404, {"error": "No list."}), times=50)
    story.start("- [ ] First thing\n")
    (launch,) = story.cursor.ledger.of_kind("POST /v0/agents")
    assert launch.request["model"] == "claude-4-sonnet-thinking"
