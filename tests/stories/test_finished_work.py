"""What an agent leaves behind when it has finished: a pull request, commits, or nothing."""

from bot.core.model.identifiers import EpicStatus
from sandbox.cursor import AgentScript
from sandbox.github import rate_limited
from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE, agents, pulls
from tests.stories.pull_requests import waits

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED


def test_commits_without_a_pull_request_get_one_from_the_bot(story: Story) -> None:
    story.cursor.plan(AgentScript(no_pull_request=True))
    story.github.faults.add(rate_limited("POST /repos/.*/pulls$", retry_after=30))
    story.start(ONE)
    story.wait_for(lambda: waits(story) == "Opening the pull request.")
    story.wait_for(story.has(COMPLETED))

    (pull,) = pulls(story)
    assert pull.issue.user.login == "orchestra[bot]"
    assert pull.issue.title == "First thing"
    assert pull.issue.body == f"Refs #{story.issue}\n\nDone; tests pass."
    assert pull.head == agents(story)[0].branch


def test_a_pull_request_that_comes_some_seconds_late_stays_the_only_one(story: Story) -> None:
    story.cursor.plan(AgentScript(pull_request_delay=12))
    story.start(ONE)
    story.wait_for(lambda: waits(story).startswith("Waiting for the agent on the task to open"))
    story.wait_for(story.has(COMPLETED))

    (pull,) = pulls(story)
    assert pull.issue.user.login == "cursor[bot]"
    assert story.requests("POST /repos/{owner}/{repo}/pulls") == []


def test_a_finish_without_any_change_fails_the_task_with_that_reason(story: Story) -> None:
    story.cursor.plan(AgentScript(no_commits=True))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))

    (told,) = story.said()
    assert told.startswith(
        "@ada **Widgets 2.0** is paused."
        " Task 1 “First thing”: the agent finished without changing anything.\n"
    )
    assert "> **Needs you:** Task 1 “First thing”: the agent finished" in story.progress()
    assert len(agents(story)) == 1
    assert pulls(story) == []


def late(story: Story, *, pull_request: bool) -> None:
    """What the agent pushed comes to GitHub after its task was given up."""
    branch = agents(story)[0].branch
    assert branch is not None
    story.github.commit_files(REPOSITORY, branch, {"late.md": "Late.\n"}, "Late", "grace")
    if pull_request:
        story.github.open_pull_request(
            REPOSITORY, head=branch, base="main", title="Late", body="", author_login="grace"
        )


def test_a_pull_request_that_comes_after_the_failure_revives_the_task(story: Story) -> None:
    story.cursor.plan(AgentScript(no_commits=True))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    late(story, pull_request=True)
    story.wait_for(story.has(COMPLETED))
    assert len(agents(story)) == len(pulls(story)) == 1


def test_resume_looks_at_the_branch_again(story: Story) -> None:
    story.cursor.plan(AgentScript(no_commits=True))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    late(story, pull_request=False)
    story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED))
    assert len(agents(story)) == len(pulls(story)) == 1


def test_resume_of_a_branch_that_is_still_empty_says_so_again(story: Story) -> None:
    story.cursor.plan(AgentScript(no_commits=True))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    story.comment("/orchestra resume")
    story.settle()
    assert story.has(PAUSED)()
    assert len(agents(story)) == 1
    assert len([text for text in story.said() if "without changing anything" in text]) == 2


def test_retry_after_a_finish_without_change_tells_the_same_agent(story: Story) -> None:
    story.cursor.plan(AgentScript(no_commits=True))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    story.comment("/orchestra retry 1")
    story.wait_for(story.has(COMPLETED))

    (agent,) = agents(story)
    assert "The earlier agent finished without changing anything." in agent.prompts[1]
    assert [pull.head for pull in pulls(story)] == [agent.branch]
    assert story.github.repository(REPOSITORY).git.branches() == ["main"]
