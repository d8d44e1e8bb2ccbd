"""Which branches are deleted once a task is done, and which are kept."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE
from tests.stories.pull_requests import repository
from tests.stories.steps import script_check

COMPLETED = EpicStatus.COMPLETED
DELETE = "DELETE /repos/{owner}/{repo}/git/refs/{ref}"


def stacked(story: Story, body: str = ONE, base: str | None = None) -> tuple[str, int]:
    """A person bases a pull request on the first task's branch; returns branch and number."""
    script_check(story, after=120)
    story.start(body)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    branch = story.pull().head
    story.github.commit_files(
        REPOSITORY, "on-top", {"top.md": "Top.\n"}, "On top", "grace", base=branch
    )
    pull = story.github.open_pull_request(
        REPOSITORY, head="on-top", base=branch, title="On top", body="", author_login="grace"
    )
    return branch, pull.number


@pytest.mark.parametrize("body", [ONE, "- [ ] First thing\n- [ ] Second thing\n"])
def test_a_branch_that_others_build_on_is_kept_and_named_in_the_report(
    story: Story, body: str
) -> None:
    branch, number = stacked(story, body)
    story.wait_for(story.has(COMPLETED), most=900)
    assert sorted(repository(story).git.branches()) == sorted(["main", "on-top", branch])
    on_top = story.github.pull(REPOSITORY, number)
    assert (on_top.issue.state, on_top.base) == ("open", branch)
    kept = f"- The branch `{branch}` was kept: #{number} still needs it."
    assert kept in story.said()[-1]
    story.rest()
    assert kept in story.progress()


def test_a_branch_with_a_pull_request_into_another_base_is_kept(story: Story) -> None:
    repository(story).git.set_head("release", repository(story).git.head("main") or "")
    script_check(story, after=120)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    branch = story.pull().head
    other = story.github.open_pull_request(
        REPOSITORY, head=branch, base="release", title="Too", body="", author_login="grace"
    )
    story.wait_for(story.has(COMPLETED), most=900)
    assert branch in repository(story).git.branches()
    assert other.issue.state == "open"
    assert f"#{other.number} still needs it" in story.said()[-1]


def test_a_closed_pull_request_keeps_no_branch(story: Story) -> None:
    branch, number = stacked(story)
    story.github.close(REPOSITORY, number, by="grace")
    story.wait_for(story.has(COMPLETED), most=900)
    assert branch not in repository(story).git.branches()
    assert "was kept" not in story.said()[-1]


def test_a_repository_that_deletes_heads_itself_is_left_to_it(story: Story) -> None:
    story.github.change_settings(REPOSITORY, delete_branch_on_merge=True)
    branch, number = stacked(story)
    story.wait_for(story.has(COMPLETED), most=900)
    assert story.requests(DELETE) == []
    assert branch not in repository(story).git.branches()
    # GitHub gives it another base instead of closing it.
    on_top = story.github.pull(REPOSITORY, number)
    assert (on_top.issue.state, on_top.base) == ("open", "main")
    assert "was kept" not in story.said()[-1]


def test_the_branches_of_all_attempts_are_deleted(story: Story) -> None:
    failing = AgentScript(outcome="ERROR", seconds_to_commit=1, commits=({"half.md": "Half.\n"},))
    story.cursor.plan(failing)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=900)
    assert len(story.cursor.agents) == 2
    assert repository(story).git.branches() == ["main"]


@pytest.mark.parametrize("name", ["feat/x", "orchestrate", "cursor/orchestra/epic-1/task-1-aa"])
def test_a_branch_that_somebody_else_named_is_never_deleted(story: Story, name: str) -> None:
    story.cursor.plan(AgentScript(branch=name))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    assert sorted(repository(story).git.branches()) == sorted(["main", name])
    assert not any(name in entry.path for entry in story.requests(DELETE))
