"""Cursor's v1: the bot makes the branch and opens the pull request; ids make launches safe."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import (
    AgentScript,
    bad_gateway,
    cancel_failed,
    connection_dropped,
    github_throttled,
)
from sandbox.github import rate_limited as github_limited
from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE, agents, launches, prompts, pulls

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED
CANCEL = "POST /v1/agents/{id}/runs/{run}/cancel"


def test_a_checklist_becomes_merged_commits(story_v1: Story) -> None:
    story_v1.start()
    story_v1.wait_for(story_v1.has(COMPLETED), most=60)

    assert story_v1.body() == "Make it so.\n\n- [x] First thing\n- [x] Second thing\n"
    assert [pull.issue.user.login for pull in pulls(story_v1)] == ["orchestra[bot]"] * 2
    assert [pull.head for pull in pulls(story_v1)] == [one.branch for one in agents(story_v1)]
    assert story_v1.github.repository(REPOSITORY).git.branches() == ["main"]
    assert {agent.works_on_ref for agent in agents(story_v1)} == {True}


def test_an_agent_that_failed_is_tried_again(story_v1: Story) -> None:
    story_v1.cursor.plan(AgentScript(outcome="ERROR", commits=({"half.md": "Half.\n"},)))
    story_v1.start(ONE)
    story_v1.wait_for(story_v1.has(COMPLETED))

    first, second = agents(story_v1)
    assert first.branch != second.branch
    assert "The earlier agent ended with an error." in prompts(story_v1)[1]
    git = story_v1.github.repository(REPOSITORY).git
    assert "half.md" in git.files_at(git.head("main") or "")


def test_a_launch_whose_answer_was_lost_is_adopted(story_v1: Story) -> None:
    story_v1.cursor.fail("POST /v1/agents", connection_dropped())
    story_v1.start(ONE)
    story_v1.wait_for(story_v1.has(COMPLETED), most=60)

    assert [entry.status for entry in launches(story_v1)] == [0]
    assert len(agents(story_v1)) == len(pulls(story_v1)) == 1
    assert "retry" not in story_v1.said()[-1]


def test_a_launch_that_was_not_carried_out_is_sent_again(story_v1: Story) -> None:
    story_v1.cursor.fail("POST /v1/agents", bad_gateway())
    story_v1.start(ONE)
    story_v1.wait_for(story_v1.has(COMPLETED), most=60)

    first, second = launches(story_v1)
    assert first.request == second.request
    assert len(agents(story_v1)) == 1


def test_pause_cancels_the_run_though_cursor_stumbles(story_v1: Story) -> None:
    story_v1.cursor.fail(CANCEL, cancel_failed())
    story_v1.cursor.plan(AgentScript(outcome="never"))
    story_v1.start(ONE)
    story_v1.comment("/orchestra pause")
    story_v1.settle()
    story_v1.wait_for(lambda: agents(story_v1)[0].latest.status == "CANCELLED")
    assert story_v1.has(PAUSED)()
    assert len(story_v1.cursor.ledger.of_kind(CANCEL)) == 2

    story_v1.comment("/orchestra resume")
    story_v1.wait_for(story_v1.has(COMPLETED))
    assert len(agents(story_v1)) == 2


def test_a_finish_without_any_change_fails_the_task(story_v1: Story) -> None:
    story_v1.cursor.plan(AgentScript(no_commits=True))
    story_v1.start(ONE)
    story_v1.wait_for(story_v1.has(PAUSED), most=60)

    assert (
        "Task 1 “First thing”: the agent finished without changing anything." in story_v1.said()[0]
    )
    story_v1.comment("/orchestra retry 1")
    story_v1.wait_for(story_v1.has(COMPLETED))
    assert len(agents(story_v1)) == len(pulls(story_v1)) == 1


def test_a_throttled_launch_waits(story_v1: Story) -> None:
    story_v1.cursor.fail("POST /v1/agents", github_throttled(60))
    story_v1.start(ONE)
    story_v1.wait(30)
    assert "Cursor limits requests until " in story_v1.progress()
    story_v1.wait_for(story_v1.has(COMPLETED))
    assert "retry" not in story_v1.said()[-1]


def test_a_limit_of_githubs_on_the_branch_is_githubs(story_v1: Story) -> None:
    story_v1.github.faults.add(github_limited("POST /repos/{owner}/{repo}/git/refs"))
    story_v1.start(ONE)
    with story_v1.services.database.read() as connection:
        names = connection.exec_driver_sql("SELECT name FROM throttles").scalars().all()
    assert [name.partition(":")[0] for name in names] == ["github"]
    assert launches(story_v1) == []

    story_v1.wait_for(story_v1.has(COMPLETED))
    assert story_v1.task_is(1, TaskStatus.COMPLETED)()
