"""Services that ask us to wait: said, no retry used up, and gone on with afterwards."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.rendering.epic_view import epic_view
from bot.rendering.next_line import next_line
from sandbox.cursor import Fault, connection_dropped, github_throttled
from sandbox.cursor import rate_limited as cursor_limited
from sandbox.github import rate_limited as github_limited
from tests.harness import Story
from tests.stories.agents import ONE, agents, launches, pulls

COMPLETED = EpicStatus.COMPLETED


@pytest.mark.parametrize(
    "refusal", [cursor_limited(120), github_throttled(120)], ids=["Cursor", "GitHub behind Cursor"]
)
def test_a_throttled_launch_waits_and_uses_up_no_retry(story: Story, refusal: Fault) -> None:
    story.cursor.fail("POST /v0/agents", refusal)
    story.start(ONE)
    story.rest()
    until = story.clock.now()
    assert "Cursor limits requests until " in story.progress()
    assert story.task_is(1, TaskStatus.PROCESSING)()

    story.wait(80)
    assert len(launches(story)) == 1
    story.wait_for(story.has(COMPLETED), most=120)
    assert (story.clock.now() - until).total_seconds() < 130
    assert len(launches(story)) == 2
    assert "limits requests" not in story.progress().partition("<details>")[0]
    assert "retry" not in story.said()[-1]


def test_waiting_for_a_limit_takes_nothing_from_the_search_for_a_lost_launch(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", cursor_limited(300))
    story.cursor.fail("POST /v0/agents", connection_dropped())
    story.cursor.fail("GET /v0/agents", Fault(200, {"agents": []}), times=3)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=500)
    story.wait(60)

    assert len(agents(story)) == 1


def test_a_limit_longer_than_an_agents_time_costs_no_attempt(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", cursor_limited(3600), times=3)
    story.start(ONE)
    story.wait(3 * 3600 + 60, step=600)
    story.wait_for(story.has(COMPLETED))

    assert len(agents(story)) == 1
    assert "retry" not in story.said()[-1]


@pytest.mark.parametrize("kind", ["PullRequest", "merge", "GET /repos/{owner}/{repo}/pulls"])
def test_a_limit_of_githubs_delays_the_pull_request_only(story: Story, kind: str) -> None:
    story.github.faults.add(github_limited(kind, retry_after=60))
    story.start(ONE)
    story.wait_for(lambda: story.epic().throttled_by == "GitHub")
    # Nothing can be written on GitHub meanwhile: only what does not ask it shows this line.
    waits = next_line(epic_view(story.epic(), story.clock.now())) or ""
    assert waits.startswith("GitHub limits requests until ")
    assert waits.endswith(". Work continues by itself then.")
    story.wait_for(story.has(COMPLETED))

    assert len(agents(story)) == len(pulls(story)) == 1
    assert "retry" not in story.said()[-1]


def test_a_command_waits_for_githubs_limit(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    story.github.faults.add(github_limited("permission", retry_after=90))
    comment = story.comment("/orchestra start")
    story.settle()
    assert "+1" not in story.reactions(comment)
    assert story.has(EpicStatus.PENDING)()

    story.wait_for(story.has(COMPLETED), most=150)
    assert story.reactions(comment) == ["+1"]
