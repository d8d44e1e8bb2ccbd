"""What an agent reports to have done elsewhere: another branch, another pull request."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE, agents, pulls
from tests.stories.pull_requests import repository
from tests.stories.steps import obeyed, script_check

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED


@pytest.mark.parametrize("branch", ["feat/x", "cursor/fix-1c2b", "task-2", "orchestra-x"])
def test_a_pull_request_from_another_branch_is_taken_up(story: Story, branch: str) -> None:
    story.cursor.plan(AgentScript(branch=branch))
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    story.wait_for(story.has(COMPLETED))
    assert len(agents(story)) == len(pulls(story)) == 2
    assert story.pull(1).head == branch
    # Somebody else chose its name, so it is not ours to delete.
    assert sorted(repository(story).git.branches()) == sorted(["main", branch])


def test_commits_on_another_branch_get_a_pull_request_from_the_bot(story: Story) -> None:
    story.cursor.plan(AgentScript(branch="feat/x", no_pull_request=True))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    (pull,) = pulls(story)
    assert (pull.head, pull.issue.user.login) == ("feat/x", "orchestra[bot]")


def test_another_branch_is_taken_up_from_v1_too(story_v1: Story) -> None:
    story_v1.cursor.plan(AgentScript(branch="feat/x"))
    story_v1.start(ONE)
    story_v1.wait_for(story_v1.has(COMPLETED))
    (pull,) = pulls(story_v1)
    assert pull.head == "feat/x"
    assert repository(story_v1).git.branches() == ["feat/x", "main"]


def test_a_pull_request_that_comes_late_from_another_branch_is_taken_up(story: Story) -> None:
    story.cursor.plan(AgentScript(branch="feat/x", pull_request_delay=12))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    (pull,) = pulls(story)
    assert pull.issue.user.login == "cursor[bot]"


def persons_pull_request(story: Story, branch: str = "feat/mine", base: str = "main") -> int:
    """What a person has under way before any agent is launched."""
    story.github.commit_files(REPOSITORY, branch, {"mine.md": "Mine.\n"}, "Mine", "grace")
    story.pass_time(90)
    pull = story.github.open_pull_request(
        REPOSITORY, head=branch, base=base, title="Mine", body="", author_login="grace"
    )
    story.pass_time(90)
    return pull.number


def test_what_was_there_before_the_launch_is_never_taken_up(story: Story) -> None:
    number = persons_pull_request(story)
    story.cursor.plan(AgentScript(no_commits=True, branch="feat/mine", reports_pull_request=number))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    assert "without changing anything" in story.said()[-1]
    assert story.github.pull(REPOSITORY, number).merged_at is None


def test_an_old_branch_is_not_taken_up_for_its_new_pull_request(story: Story) -> None:
    story.github.commit_files(REPOSITORY, "develop", {"old.md": "Old.\n"}, "Old", "grace")
    story.pass_time(90)
    story.cursor.plan(AgentScript(no_commits=True, branch="develop"))
    story.start(ONE)
    story.github.open_pull_request(
        REPOSITORY, head="develop", base="main", title="Mine", body="", author_login="grace"
    )
    story.wait_for(story.has(PAUSED))
    assert all(pull.merged_at is None for pull in pulls(story))
    assert len(pulls(story)) == 1


def test_a_pull_request_is_taken_up_by_its_number_alone(story: Story) -> None:
    number = len(repository(story).issues) + 2
    story.cursor.plan(AgentScript(no_commits=True, reports_pull_request=number, seconds_to_end=120))
    story.start(ONE)
    story.github.commit_files(REPOSITORY, "feat/y", {"y.md": "Y.\n"}, "Y", "grace", base="main")
    story.pass_time(60)
    pull = story.github.open_pull_request(
        REPOSITORY, head="feat/y", base="main", title="Y", body="", author_login="cursor[bot]"
    )
    assert pull.number == number
    story.wait_for(story.has(COMPLETED))
    assert pull.merged_at is not None


def test_a_branch_of_another_task_is_never_taken_up(story: Story) -> None:
    """Not even where its pull request was opened after the launch."""
    story.cursor.plan(AgentScript(outcome="never"))
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    branch = agents(story)[0].branch
    assert branch is not None
    number = len(repository(story).issues) + 1
    story.cursor.plan(
        AgentScript(no_commits=True, branch=branch, reports_pull_request=number, seconds_to_end=120)
    )
    obeyed(story, "skip 1")
    story.wait_for(lambda: len(agents(story)) == 2)
    story.github.commit_files(REPOSITORY, branch, {"y.md": "Y.\n"}, "Y", "cursor[bot]", base="main")
    story.pass_time(60)
    pull = story.github.open_pull_request(
        REPOSITORY, head=branch, base="main", title="Y", body="", author_login="cursor[bot]"
    )
    assert pull.number == number
    story.wait_for(story.has(PAUSED))
    assert pull.merged_at is None
    assert "without changing anything" in story.said()[-1]


def test_another_tasks_pull_request_is_never_taken_up(story: Story) -> None:
    script_check(story, never_ends=True)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    first, issue = story.pull(), story.issue
    story.cursor.plan(
        AgentScript(no_commits=True, branch=first.head, reports_pull_request=first.number)
    )
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    assert story.issue != issue
    assert "without changing anything" in story.said()[-1]
    assert first.issue.state == "open"


def test_the_base_branch_is_no_report_of_work(story: Story) -> None:
    story.cursor.plan(AgentScript(no_commits=True, branch="main"))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    assert pulls(story) == []


def test_a_pull_request_into_another_base_is_said(story: Story) -> None:
    repository(story).git.set_head("develop", repository(story).git.head("main") or "")
    story.cursor.plan(AgentScript(branch="feat/x", base="develop"))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    assert "develop" in story.said()[-1]
    assert pulls(story)[0].merged_at is None


@pytest.mark.parametrize("after", [0, 15, 200])
def test_a_pull_request_that_its_agent_opened_again_is_taken_up(story: Story, after: float) -> None:
    story.cursor.plan(AgentScript(reopens=True, reopens_after=after))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=600)
    closed, merged = pulls(story)
    assert (closed.issue.state, closed.merged_at) == ("closed", None)
    assert merged.merged_at is not None
    assert closed.head == merged.head
    assert len(agents(story)) == 1
    story.said()


def sent_back(story: Story, script: AgentScript) -> None:
    """Its agent is told something more, of which comes what the script says."""
    script_check(story, never_ends=True)
    story.cursor.plan(AgentScript(follow_ups=(script,)))
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    script_check(story)
    obeyed(story, "fix 1 Do better")


@pytest.mark.parametrize("after", [0, 15])
def test_an_agent_sent_back_may_open_its_pull_request_again(story: Story, after: float) -> None:
    sent_back(story, AgentScript(reopens=True, reopens_after=after, seconds_to_end=60))
    story.wait_for(story.has(COMPLETED), most=600)
    assert len(agents(story)) == 1
    assert [pull.merged_at is not None for pull in pulls(story)] == [False, True]
    story.said()


def lost(story: Story) -> None:
    """Task 1's pull request is closed, and the news of what takes its place gets lost."""
    script_check(story, after=300)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    pull = story.pull()
    story.github.close(REPOSITORY, pull.number, by="grace")
    story.wait_for(story.has(PAUSED))
    story.lose = lambda webhook: '"opened"' in webhook.body.decode()
    script_check(story)
    story.github.open_pull_request(
        REPOSITORY, head=pull.head, base="main", title="Again", body="", author_login="grace"
    )
    story.settle()
    story.lose = lambda _: False


@pytest.mark.parametrize("command", ["resume", "retry 1", "retry"])
def test_commands_find_the_pull_request_that_took_its_place(story: Story, command: str) -> None:
    lost(story)
    assert story.has(PAUSED)()
    obeyed(story, command)
    story.wait_for(story.has(COMPLETED), most=900)
    assert len(agents(story)) == 1
    assert pulls(story)[1].merged_at is not None


def test_one_into_another_base_takes_no_place(story: Story) -> None:
    script_check(story, never_ends=True)
    repository(story).git.set_head("develop", repository(story).git.head("main") or "")
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    head = story.pull().head
    story.github.open_pull_request(
        REPOSITORY, head=head, base="develop", title="Too", body="", author_login="grace"
    )
    story.github.close(REPOSITORY, story.pull().number, by="grace")
    story.wait_for(story.has(PAUSED))
    assert story.pull().base == "main"
