"""Where only some may command, what other people push to an agent's branch waits for them."""

import pytest

from bot.core.model.identifiers import TaskStatus
from bot.core.model.reasons import WaitKind
from sandbox.github.operations import branch_update
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import push, repository
from tests.stories.steps import COMPLETED, ONE, configure, give, script_check

MERGE = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge-async"
ACTIVITY = "GET /repos/{owner}/{repo}/activity"
STRICT = "permissions: {command: admin}\n"
APPROVED = "merge: {when: approved}\n"


def opened(story: Story, settings: str = STRICT, seconds: float = 60) -> int:
    """The agent's pull request waits for its check; grace and eve may write. Returns its number."""
    for login in ("grace", "eve"):
        story.github.set_permission(REPOSITORY, login, "write")
    configure(story, settings)
    script_check(story, after=seconds)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.settle()
    return story.pull().number


def held(story: Story) -> tuple[str, ...] | None:
    """Who pushed what is held; None where nothing is."""
    wait = story.epic().tasks[0].wait
    return wait.people if wait and wait.kind is WaitKind.PUSHED else None


def pushed_by(story: Story, by: str, path: str = "evil.txt") -> None:
    push(story, story.pull().head, {path: "x\n"}, by=by)
    story.settle()
    story.wait(150)


def test_what_a_writer_pushed_waits_where_only_admins_command(story: Story) -> None:
    number = opened(story)
    pushed_by(story, "grace")
    assert (held(story), story.requests(MERGE)) == (("grace",), [])
    (said,) = story.said()
    assert "pushed to" in said
    assert "`/orchestra merge 1`" in said
    # Neither she nor another writer lifts it.
    for login in ("grace", "eve"):
        story.github.review(REPOSITORY, number, "APPROVE", by=login)
        story.wait(60)
        assert (held(story), story.requests(MERGE)) == (("grace",), [])
    story.github.review(REPOSITORY, number, "APPROVE", by="ada")
    story.wait_for(story.has(COMPLETED), most=60)


def test_merge_by_command_lifts_it_for_that_head_alone(story: Story) -> None:
    opened(story)
    push(story, story.pull().head, {"first.txt": "x\n"}, by="grace")
    story.settle()
    # GitHub's own rule still waits for the check.
    give(story, "merge 1")
    push(story, story.pull().head, {"more.txt": "x\n"}, by="grace")
    story.settle()
    story.wait(150)
    assert (held(story), story.requests(MERGE)) == (("grace",), [])
    give(story, "merge 1")
    story.wait_for(story.has(COMPLETED), most=60)
    assert len(story.said()) >= 1


def test_whoever_may_command_may_push(story: Story) -> None:
    opened(story)
    pushed_by(story, "ada")
    assert story.has(COMPLETED)()


@pytest.mark.parametrize("by", ["cursor[bot]", "pre-commit-ci[bot]", "orchestra[bot]"])
def test_apps_may_push(story: Story, by: str) -> None:
    opened(story)
    assert by == "orchestra[bot]" or story.github.user(by).kind == "Bot"
    pushed_by(story, by)
    assert story.has(COMPLETED)()


def test_a_machine_of_the_settings_may_push(story: Story) -> None:
    story.github.set_permission(REPOSITORY, "Build-Machine", "write")
    opened(story, f"{STRICT}agents: {{pushers: [build-machine]}}\n")
    pushed_by(story, "Build-Machine")
    assert story.has(COMPLETED)()


@pytest.mark.parametrize("settings", ["", "permissions: {command: write, cancel: admin}\n"])
def test_where_writers_command_nothing_is_held_or_asked(story: Story, settings: str) -> None:
    opened(story, settings)
    pushed_by(story, "grace")
    assert story.has(COMPLETED)()
    assert story.requests(ACTIVITY) == []


def test_the_usual_way_asks_for_no_activity(story: Story) -> None:
    opened(story)
    story.wait_for(story.has(COMPLETED), most=200)
    assert story.requests(ACTIVITY) == []


def test_a_push_of_which_no_webhook_told_is_found(story: Story) -> None:
    opened(story)
    story.lose = lambda webhook: webhook.headers.get("X-GitHub-Event") in ("push", "pull_request")
    pushed_by(story, "grace")
    assert (held(story), story.requests(MERGE)) == (("grace",), [])
    assert len(story.requests(ACTIVITY)) == 1
    assert len(story.said()) == 1


def test_an_unknown_pusher_is_a_persons_to_judge(story: Story) -> None:
    opened(story)
    story.lose = lambda webhook: webhook.headers.get("X-GitHub-Event") in ("push", "pull_request")
    push(story, story.pull().head, {"evil.txt": "x\n"}, by="grace")
    repository(story).activities.clear()
    story.settle()
    story.wait(200)
    assert (held(story), story.requests(MERGE)) == ((), [])
    assert len(story.said()) == 1
    give(story, "merge 1")
    story.wait_for(story.has(COMPLETED), most=60)


def update_branch(story: Story, by: str) -> None:
    github = story.github
    branch_update.update_branch(github, story.pull(), github.person(by), None)


@pytest.mark.parametrize("by", ["grace", "orchestra[bot]"])
def test_a_merge_of_the_base_is_nobodys_push(story: Story, by: str) -> None:
    opened(story)
    push(story, "main", {"other.txt": "x\n"}, by="ada")
    update_branch(story, by)
    story.settle()
    story.wait_for(story.has(COMPLETED), most=200)


def test_a_merge_of_the_base_that_brings_in_more_counts(story: Story) -> None:
    opened(story)
    push(story, "main", {"other.txt": "x\n"}, by="ada")
    pull, git = story.pull(), repository(story).git
    who = story.github.signature(story.github.user("orchestra[bot]"))
    evil = git.write_files(pull.head_sha, {"other.txt": "x\n", "evil.txt": "x\n"}, "m", who, who)
    tree, parents = git.commit(evil).tree, (pull.head_sha, git.head("main") or "")
    merge = git.objects.write_commit(tree, parents, who, who, "Merge branch 'main'")
    story.github.force_push(REPOSITORY, pull.head, merge, by="grace")
    story.settle()
    story.wait(200)
    assert (held(story), story.requests(MERGE)) == (("grace",), [])
    assert len(story.said()) == 1


def test_a_writers_own_approval_of_her_push_is_none(story: Story) -> None:
    number = opened(story, APPROVED)
    pushed_by(story, "grace")
    story.github.review(REPOSITORY, number, "APPROVE", by="grace")
    story.wait(120)
    assert story.requests(MERGE) == []
    story.github.review(REPOSITORY, number, "APPROVE", by="eve")
    story.wait_for(story.has(COMPLETED), most=60)
    assert len(story.said()) >= 1


def test_a_starter_who_reviews_in_a_team_of_one_is_enough(story: Story) -> None:
    number = opened(story, APPROVED, 1)
    push(story, "main", {"other.txt": "x\n"}, by="ada")
    update_branch(story, "ada")
    story.settle()
    story.wait(60)
    story.github.review(REPOSITORY, number, "APPROVE", by="ada")
    story.wait_for(story.has(COMPLETED), most=120)
    assert len(story.said()) >= 1


def test_not_starter_leaves_out_who_started_or_steered(story: Story) -> None:
    number = opened(story, "merge: {when: approved, approver: not_starter}\n", 1)
    give(story, "set priority=speed", by="grace")
    give(story, "status", by="eve")
    for login in ("ada", "grace"):
        story.github.review(REPOSITORY, number, "APPROVE", by=login)
        story.wait(120)
        assert story.requests(MERGE) == []
    story.github.review(REPOSITORY, number, "APPROVE", by="eve")
    story.wait_for(story.has(COMPLETED), most=60)
    assert len(story.said()) >= 1


def test_merge_now_lifts_no_governing_file_that_was_pushed_afterwards(story: Story) -> None:
    opened(story, "merge: {governed: [deploy/]}\n")
    give(story, "merge 1")
    push(story, story.pull().head, {"deploy/prod.yml": "x\n"}, by="grace")
    story.settle()
    story.wait(200)
    wait = story.epic().tasks[0].wait
    assert wait is not None
    assert (wait.kind, wait.path) == (WaitKind.GOVERNED, "deploy/prod.yml")
    assert story.requests(MERGE) == []
    give(story, "merge 1")
    story.wait_for(story.has(COMPLETED), most=60)
    assert len(story.said()) >= 1


@pytest.mark.parametrize("by", ["grace", "cursor[bot]"])
def test_merge_now_lifts_nothing_from_what_is_pushed_afterwards(story: Story, by: str) -> None:
    opened(story, APPROVED)
    give(story, "merge 1")
    push(story, story.pull().head, {"evil.txt": "x\n"}, by=by)
    story.settle()
    story.wait(200)
    assert story.requests(MERGE) == []
    assert len(story.said()) >= 1


def test_whoever_approved_the_text_is_no_other_than_its_starter(story: Story) -> None:
    story.github.set_permission(REPOSITORY, "grace", "write")
    configure(story, "merge: {when: approved, approver: not_starter}\n")
    story.open_epic(ONE, by="ada")
    story.settle()
    story.comment("/orchestra start", by="grace")
    story.settle()
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.settle()
    story.github.review(REPOSITORY, story.pull().number, "APPROVE", by="ada")
    story.wait(100)
    assert story.requests(MERGE) == []
    assert len(story.said()) >= 1
