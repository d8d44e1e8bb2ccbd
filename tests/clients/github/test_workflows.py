"""What runs for pull requests into a branch, and what was delivered to the App."""

from datetime import timedelta

import pytest

from bot.clients.github import EarlierPullRequest, GitHubApp, Workflow
from bot.core.model.observations import NamePattern, NamingRules
from sandbox.github import BranchRules, CheckScript, GitHub
from tests.clients.github.conftest import START, World

HEAD = "orchestra/epic-1/task-1-abc"


def commit(world: World, branch: str, **files: str) -> None:
    paths = {name.replace("__", "/"): text for name, text in files.items()}
    world.github.commit_files(world.name, branch, paths, "Files", "alice", base="main")


def pull(world: World, head: str) -> int:
    commit(world, head, **{head.replace("/", "__"): "text"})
    number = world.repository.open_pull_request(
        head=head, base="main", title="Task", body="", draft=False
    )
    world.pass_time(5)
    return number


def test_workflows_are_read_with_the_events_that_run_them(world: World) -> None:
    files = {
        ".github/workflows/ci.yml": "on:\n  pull_request:\n  merge_group:\n",
        ".github/workflows/odd.yaml": "on: [\n",
        ".github/workflows/notes.md": "on: push\n",
    }
    world.github.commit_files(world.name, "main", files, "CI", "alice")
    found = world.repository.workflows("main")
    assert found.files == (
        Workflow(file="ci.yml", events=frozenset({"pull_request", "merge_group"})),
        Workflow(file="odd.yaml", events=frozenset()),
    )
    assert found.earlier is None


def test_a_repository_without_workflows_has_none(world: World) -> None:
    assert world.repository.workflows("main").files == ()


def test_the_newest_pull_request_of_ours_that_tells_something(world: World) -> None:
    checks = world.github.repository(world.name).ci.checks
    checks["test"] = CheckScript(event="pull_request")
    first = pull(world, HEAD)
    pull(world, "topic/theirs")
    checks.clear()
    pull(world, "orchestra/epic-1/task-2-abc")
    found = world.repository.workflows("main")
    assert found.earlier == EarlierPullRequest(number=first, ran=True)
    assert found.apps == {world.github.ci_app.id}


def test_rules_for_a_branch_that_is_not_there_yet(world: World) -> None:
    rules = BranchRules(other=["creation", "deletion"], name_patterns=[("regex", "^x")])
    world.github.set_rules(world.name, "orchestra/*", rules)
    pattern = NamePattern(operator="regex", pattern="^x")
    assert world.repository.naming_rules(HEAD) == NamingRules(
        refused=("creation",), keeps_branches=True, patterns=(pattern,)
    )
    assert world.repository.naming_rules("main") == NamingRules()


def test_a_plan_without_rules_has_none_for_names(world: World) -> None:
    world.github.change_settings(world.name, private=True, free_plan=True)
    assert world.repository.naming_rules(HEAD) == NamingRules()


def test_deliveries_come_newest_first(
    world: World, app: GitHubApp, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(github, "webhook_url", "http://bot.test/webhooks")
    for status in (200, 503):
        github.open_issue(world.name, "Noise", "", by="alice")
        github.outbox.delivered += [(one, status) for one in github.outbox.take()]
    newest, before = app.deliveries()[:2]
    assert (newest.arrived, newest.status) == (False, "Service Unavailable")
    assert before.arrived
    assert newest.guid != before.guid
    assert newest.installation_id is not None
    assert newest.at - START >= timedelta()
