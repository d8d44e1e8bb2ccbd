"""Merges that pause, cancel and GitHub's refusals come upon."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.reasons import FailureKind
from sandbox.cursor import AgentScript
from sandbox.github import Fault
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import (
    demand,
    follow_ups,
    opened,
    the_agent,
)
from tests.stories.steps import ONE, script_check

MERGE = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge-async"
PAUSED, CANCELLED, COMPLETED = EpicStatus.PAUSED, EpicStatus.CANCELLED, EpicStatus.COMPLETED


def test_a_pull_request_into_another_base_is_not_merged(story: Story) -> None:
    script_check(story, after=10)
    opened(story)
    main = story.github.repository(REPOSITORY).git.head("main")
    story.github.commit_files(REPOSITORY, "other", {"x": "x"}, "X", "grace", base="main")
    story.pull().base = "other"
    story.wait_for(story.has(PAUSED), most=60)
    failure = story.epic().tasks[0].failure
    assert failure
    assert (failure.kind, failure.branch, failure.expected_branch) == (
        FailureKind.WRONG_BASE,
        "other",
        "main",
    )
    assert story.requests("merge-async") == []
    assert story.github.repository(REPOSITORY).git.head("main") == main
    assert len(story.said()) == 1


def test_a_merge_refused_during_a_pause_is_made_after_it(story: Story) -> None:
    story.github.merge_async_delay = 20
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.comment("/orchestra pause")
    story.settle()
    demand(story, required_approvals=1)
    story.wait(60)
    assert story.epic().status is PAUSED
    assert story.pull().open
    demand(story)
    story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED), most=120)


def test_a_merge_that_was_not_answered_is_not_sent_again_after_a_cancel(story: Story) -> None:
    fault = Fault("PUT .*/merge-async", status=502, times=1)
    story.github.faults.add(fault)
    script_check(story, after=10)
    opened(story)
    story.wait_for(lambda: story.github.faults.waiting == [], most=30)
    story.comment("/orchestra cancel")
    story.settle()
    story.wait(600, step=100)
    assert story.epic().status is CANCELLED
    # The one that went wrong is not in the ledger.
    assert story.requests(MERGE) == []
    assert story.pull().open


def test_cancel_while_the_agent_is_too_busy_for_a_follow_up(story: Story) -> None:
    busy = AgentScript(outcome="never")
    story.cursor.plan(AgentScript(no_commits=True, follow_ups=(busy,)))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    agent = the_agent(story)
    story.services.agents.of().follow_up(agent.id, "By another hand.")
    story.comment("/orchestra retry 1")
    story.settle()
    story.wait(20)
    assert len(follow_ups(story)) >= 2
    story.comment("/orchestra cancel")
    story.settle()
    sent = len(follow_ups(story))
    story.wait(600, step=60)
    assert len(follow_ups(story)) == sent
    assert agent.latest.status == "CANCELLED"
    assert len(agent.runs) == 2
    assert len(story.said()) >= 1
