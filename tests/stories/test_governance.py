"""What governs the repository is merged only where somebody who may command says so."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.reasons import WaitKind
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.steps import ONE, configure, script_check

COMPLETED = EpicStatus.COMPLETED
GOVERNING = [
    ".github/orchestra.yml",
    ".github/actions",
    ".github/actions/setup/action.yml",
    "CODEOWNERS",
    ".github/CODEOWNERS",
    "docs/CODEOWNERS",
]


def agent_writes(story: Story, path: str) -> None:
    # On a slow machine a check that ends at once has it merged before anybody looks.
    script_check(story, after=20)
    story.cursor.plan(AgentScript(commits=({path: "# by an agent\n"},), draft=False))
    story.start(ONE)
    # Where nothing is in the way, it may be merged before anybody looks.
    story.wait_for(lambda: story.task_is(1, TaskStatus.PR_OPEN)() or story.has(COMPLETED)())
    story.wait(150)


def kind(story: Story) -> WaitKind | None:
    task = story.epic().task(1)
    return task.wait.kind if task and task.wait else None


@pytest.mark.parametrize("path", GOVERNING)
def test_a_file_that_governs_the_repository_waits_for_a_person(story: Story, path: str) -> None:
    agent_writes(story, path)
    assert (kind(story), story.requests("merge")) == (WaitKind.GOVERNED, [])
    (said,) = story.said()
    assert f"changes `{path}`, which governs this repository." in said
    assert "- `/orchestra merge 1` — " in said
    story.comment("/orchestra merge 1")
    story.wait_for(story.has(COMPLETED))


@pytest.mark.parametrize(
    "path", ["src/CODEOWNERS", ".github/ISSUE_TEMPLATE/bug.md", "orchestra.yml"]
)
def test_any_other_file_is_merged(story: Story, path: str) -> None:
    agent_writes(story, path)
    assert story.has(COMPLETED)()


@pytest.mark.parametrize("policy", ["immediately", "green", "approved"])
def test_it_waits_under_every_policy(story: Story, policy: str) -> None:
    configure(story, f"merge: {{when: {policy}}}\npermissions: {{command: admin}}\n")
    story.github.set_permission(REPOSITORY, "ada", "admin")
    story.github.set_permission(REPOSITORY, "grace", "write")
    agent_writes(story, "CODEOWNERS")
    number = story.pull().number
    story.github.review(REPOSITORY, number, "APPROVE", by="grace")
    story.wait(120)
    # Her approval is a writer's, and only admins may command.
    assert (kind(story), story.requests("merge")) == (WaitKind.GOVERNED, [])
    story.github.review(REPOSITORY, number, "APPROVE", by="ada")
    story.wait_for(story.has(COMPLETED), most=120)
    assert "which governs this repository" in "".join(story.said())


def test_an_approval_of_an_earlier_head_lifts_nothing(story: Story) -> None:
    agent_writes(story, "CODEOWNERS")
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.github.review(REPOSITORY, story.pull().number, "APPROVE", by="grace")
    story.github.commit_files(REPOSITORY, story.pull().head, {"CODEOWNERS": "* @eve\n"}, "x", "ada")
    story.settle()
    story.wait(120)
    assert (kind(story), story.requests("merge")) == (WaitKind.GOVERNED, [])
    assert len(story.said()) == 1, "that review is still asked for"


def test_a_file_renamed_out_of_the_way_counts_by_its_earlier_name(story: Story) -> None:
    files = {"docs/CODEOWNERS": "* @ada\n"}
    story.github.commit_files(REPOSITORY, "main", files, "Owners", "ada")
    story.start(ONE)
    story.comment("/orchestra set merge=manual")
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    moved = {"docs/CODEOWNERS": None, "docs/owners.md": "* @ada\n"}
    story.github.commit_files(REPOSITORY, story.pull().head, moved, "Move", "ada")
    story.comment("/orchestra set merge=green")
    story.wait(150)
    assert (kind(story), story.requests("/merge")) == (WaitKind.GOVERNED, [])
    assert "`docs/CODEOWNERS`" in story.said()[-1]


def test_somebody_who_is_listed_approves_without_write_permission(story: Story) -> None:
    configure(story, "permissions: {command: [ada, grace]}\n")
    agent_writes(story, "CODEOWNERS")
    number = story.pull().number
    for login in ("eve", "grace"):
        story.github.set_permission(REPOSITORY, login, "read")
    # A stranger's word neither lifts nor holds anything.
    story.github.review(REPOSITORY, number, "APPROVE", by="eve")
    story.wait(60)
    story.github.review(REPOSITORY, number, "REQUEST_CHANGES", "no", by="eve")
    story.wait(60)
    assert (kind(story), story.requests("merge")) == (WaitKind.GOVERNED, [])
    story.github.review(REPOSITORY, number, "APPROVE", by="grace")
    story.wait_for(story.has(COMPLETED), most=60)
    assert len(story.said()) == 2


def test_a_listed_reader_does_not_stand_for_the_approval_that_the_policy_asks_for(
    story: Story,
) -> None:
    configure(story, "merge: {when: approved}\npermissions: {command: [ada, grace]}\n")
    story.github.set_permission(REPOSITORY, "grace", "read")
    agent_writes(story, "README.md")
    story.github.review(REPOSITORY, story.pull().number, "APPROVE", by="grace")
    story.wait(60)
    assert (kind(story), story.requests("merge")) == (WaitKind.REVIEW, [])
    assert len(story.said()) == 1
