"""Workflows that ran for earlier pull requests, and were deleted, renamed or disabled since."""

from collections.abc import Mapping

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import BranchRules, CheckScript
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import repository, waits
from tests.stories.steps import configure

COMPLETED = EpicStatus.COMPLETED
TWO = "- [ ] First thing\n- [ ] Second thing\n"
CI, SCAN = ".github/workflows/ci.yml", ".github/workflows/scan.yml"
LISTENS = "on: pull_request\njobs: {}\n"
AWAITS_SCAN = (
    "Waiting for check “Scan” to start on the pull request, like on earlier pull requests into its"
    " base branch."
)


@pytest.fixture(autouse=True)
def two_workflows(story: Story) -> None:
    """No rule names a check; the workflows CI and Scan run for every pull request."""
    configure(story, "fixes: {ci: 0}\n")
    repository(story).rules["main"] = BranchRules()
    ci = repository(story).ci
    ci.checks = {"test": CheckScript(), "scan": CheckScript(workflow="Scan")}
    ci.reads_files = True
    commit(story, {CI: LISTENS, SCAN: LISTENS})


def commit(story: Story, files: Mapping[str, str | None], branch: str = "main") -> None:
    """A person commits to a branch; None deletes a file."""
    story.github.commit_files(REPOSITORY, branch, files, "By hand", "ada")


def one_is_merged(story: Story) -> None:
    """Come to where the first task is merged: both workflows have run for it."""
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.COMPLETED), most=300)
    # The next pull request reads again what ran, as it would a while later.
    story.services.redis.flushdb()


def second_is_merged(story: Story) -> None:
    """The second task is merged soon after its grace, and nobody is asked."""
    story.wait_for(story.task_is(2, TaskStatus.PR_OPEN))
    story.wait_for(story.has(COMPLETED), most=150)
    assert all("Needs you" not in said for said in story.said())


def second_is_held(story: Story) -> None:
    """The second task waits for Scan, and a person is asked after ten minutes."""
    story.wait_for(story.task_is(2, TaskStatus.PR_OPEN))
    story.wait(200)
    assert waits(story, 2) == AWAITS_SCAN
    story.wait(500)
    (said,) = story.said()
    assert "`/orchestra merge 2` — merge it now, without waiting" in said


@pytest.mark.parametrize(
    "files",
    [{SCAN: None}, {SCAN: None, ".github/workflows/security.yml": LISTENS}],
    ids=["deleted", "renamed"],
)
def test_a_file_that_is_gone_from_the_base(story: Story, files: Mapping[str, str | None]) -> None:
    one_is_merged(story)
    commit(story, files)
    second_is_merged(story)


def test_a_file_that_the_merged_pull_request_has_deleted(story: Story) -> None:
    first = AgentScript(commits=({SCAN: None, "more.md": "More\n"},))
    story.cursor.plan(first)
    # It still runs for the pull request that deletes it.
    repository(story).ci.checks["scan"].event = "pull_request_target"
    repository(story).ci.reads_files = False
    story.start(TWO)
    story.wait_for(lambda: len(story.said()) > 0)
    story.github.merge_pull_request(REPOSITORY, story.pull().number, by="ada")
    story.wait_for(story.task_is(1, TaskStatus.COMPLETED), most=300)
    repository(story).ci.reads_files = True
    story.wait_for(story.task_is(2, TaskStatus.PR_OPEN))
    story.wait_for(story.has(COMPLETED), most=150)


def test_a_file_that_names_other_events_by_now(story: Story) -> None:
    one_is_merged(story)
    commit(story, {SCAN: "on: [push, workflow_dispatch]\njobs: {}\n"})
    repository(story).ci.checks["scan"].never_starts = True
    second_is_merged(story)


@pytest.mark.parametrize("text", ["on: [push\n", "jobs: {}\n", "#" * 100_001])
def test_a_file_that_cannot_be_read_is_no_reason_to_merge(story: Story, text: str) -> None:
    one_is_merged(story)
    commit(story, {SCAN: text})
    repository(story).ci.checks["scan"].never_starts = True
    second_is_held(story)


def test_one_that_is_disabled(story: Story) -> None:
    one_is_merged(story)
    repository(story).ci.disabled.add("Scan")
    second_is_merged(story)


def test_one_that_is_disabled_while_it_is_awaited(story: Story) -> None:
    one_is_merged(story)
    repository(story).ci.checks["scan"].never_starts = True
    story.wait_for(story.task_is(2, TaskStatus.PR_OPEN))
    story.wait(200)
    assert waits(story, 2) == AWAITS_SCAN
    repository(story).ci.disabled.add("Scan")
    # At the next look that nothing else asks for, ten minutes later at most.
    story.wait_for(story.has(COMPLETED), most=600)


def test_one_that_is_still_there_is_awaited(story: Story) -> None:
    one_is_merged(story)
    repository(story).ci.checks["scan"].never_starts = True
    second_is_held(story)


def test_a_pull_request_that_deletes_it_is_held(story: Story) -> None:
    plain, deleting = AgentScript(), AgentScript(commits=({SCAN: None, "more.md": "More\n"},))
    story.cursor.plan(plain)
    story.cursor.plan(deleting)
    one_is_merged(story)
    story.wait_for(story.task_is(2, TaskStatus.PR_OPEN))
    story.wait(900)
    assert story.task_is(2, TaskStatus.PR_OPEN)()
    (said,) = story.said()
    assert "**Needs you:** Waiting for check “Scan” to start on #3" in said


def test_the_files_are_those_of_the_branch_not_of_a_tag_of_its_name(story: Story) -> None:
    one_is_merged(story)
    story.wait_for(story.has(COMPLETED), most=300)
    asked = [entry.request["variables"] for entry in story.requests("GraphQL WorkflowFiles")]
    files = {name: text for name, text in asked[-1].items() if name not in ("owner", "repo")}
    branch = "refs/heads/main:"
    assert sorted(files.values()) == [branch, f"{branch}{CI}", f"{branch}{SCAN}"]


def test_a_file_of_another_repository_is_not_missed_here(story: Story) -> None:
    """An organization's ruleset may require a workflow that stands elsewhere."""
    one_is_merged(story)
    repository(story).ci.checks["scan"].never_starts = True
    repository(story).ci.foreign["Scan"] = "acme/policies"
    commit(story, {SCAN: None})
    second_is_held(story)


def test_one_of_the_default_branch_is_not_missed_on_another_base(story: Story) -> None:
    configure(story, "base_branch: develop\n")
    git = repository(story).git
    git.set_head("develop", git.head("main") or "")
    repository(story).ci.checks["scan"].event = "pull_request_target"
    repository(story).ci.reads_files = False
    one_is_merged(story)
    repository(story).ci.checks["scan"].never_starts = True
    commit(story, {SCAN: None}, "develop")
    second_is_held(story)


def test_nothing_more_is_asked_while_everything_shows_up(story: Story) -> None:
    one_is_merged(story)
    before = len(story.requests("GraphQL ChecksOfMerged"))
    story.wait_for(story.has(COMPLETED), most=300)
    assert len(story.requests("GraphQL ChecksOfMerged")) == before + 1
