"""The checks of a commit: of a pull request's head, and of its base."""

from dataclasses import replace

import pytest

from bot.clients.github import CheckAction, CheckOutput, GitHubApp
from bot.core.model.identifiers import CommitSha
from bot.core.model.observations import BaseBranch, CheckState
from sandbox.github.operations import checks, suites
from tests.clients.github.conftest import World


def test_the_base_branch_and_its_checks(world: World) -> None:
    head = CommitSha(world.github.repository(world.name).git.head("main") or "")
    assert world.repository.base_branch("main") == BaseBranch(sha=head)
    assert world.repository.base_branch("no-such-branch") == BaseBranch()
    world.github.set_status(world.name, head, "ci", "failure")
    red = BaseBranch(sha=head, has_checks=True, failed_checks=("ci",))
    base = world.repository.base_branch("main")
    assert replace(base, checks=()) == red
    assert [(check.name, check.is_status) for check in base.checks] == [("ci", True)]
    assert world.repository.pull_request(world.open_pull()).base == base


def test_our_own_check_says_nothing_about_the_base(world: World) -> None:
    head = CommitSha(world.github.repository(world.name).git.head("main") or "")
    ours = CheckOutput(name="Orchestra", status="queued", conclusion=None, title="", summary="")
    world.repository.create_check(head, ours)
    assert world.repository.base_branch("main") == BaseBranch(sha=head)


def test_more_than_a_hundred_checks_of_the_base_are_all_read(world: World) -> None:
    head = CommitSha(world.github.repository(world.name).git.head("main") or "")
    for index in range(101):
        world.github.set_status(world.name, head, f"ci/{index:03}", "failure")
    seen = world.repository.pull_request(world.open_pull())
    assert len(seen.base.failed_checks) == 101
    assert seen.base == world.repository.base_branch("main")


def test_more_than_a_hundred_checks_are_all_read(world: World) -> None:
    number = world.open_pull()
    head = world.repository.pull_request(number).head_sha
    for index in range(130):
        world.github.set_status(world.name, head, f"ci/{index:03}", "success")
    checks = world.repository.pull_request(number).checks
    assert [check.name for check in checks] == [f"ci/{index:03}" for index in range(130)]
    assert {check.state for check in checks} == {CheckState.PASSED}


def test_our_check_run_is_shown_and_recognised(world: World, app: GitHubApp) -> None:
    head = world.repository.pull_request(number := world.open_pull()).head_sha
    running = CheckOutput(
        name="Orchestra",
        status="in_progress",
        conclusion=None,
        title="Working",
        summary="on it",
    )
    check_run_id = world.repository.create_check(head, running)
    [check] = world.repository.pull_request(number).checks
    assert (check.state, check.app_id) == (CheckState.RUNNING, app.identity.id)
    button = CheckAction(label="Retry", description="Try again", identifier="retry")
    waiting = CheckOutput(
        name="Orchestra",
        status="completed",
        conclusion="neutral",
        title="Waiting",
        summary="for a person",
        actions=[button],
    )
    world.repository.update_check(check_run_id, waiting)
    [check] = world.repository.pull_request(number).checks
    assert (check.state, check.conclusion) == (CheckState.PASSED, "neutral")
    shown = world.github.repository(world.name).check_runs[check_run_id]
    assert (shown.title, shown.actions) == ("Waiting", [button])


@pytest.mark.parametrize("others", [0, 120], ids=["one page of runs", "two pages of runs"])
def test_a_run_beside_another_of_its_name_is_not_hidden_by_it(world: World, others: int) -> None:
    number = world.open_pull()
    found = world.github.repository(world.name)
    sha = found.pulls[0].head_sha
    for job in range(others):
        world.github.set_check_run(
            world.name, sha, f"job {job}", status="completed", conclusion="success"
        )
    suite = suites.suite_of(world.github, found, world.github.ci_app, sha)
    for conclusion in ("failure", "success"):
        data = {
            "name": "test",
            "head_sha": sha,
            "status": "completed",
            "conclusion": conclusion,
            "started_at": "2026-11-21T10:00:00Z",
            "completed_at": "2026-11-21T10:01:00Z",
        }
        checks.create(world.github, found, world.github.ci_app, data, suite)
    seen = world.repository.pull_request(number).checks
    told = [check.state for check in seen if check.name == "test"]
    assert told == [CheckState.FAILED, CheckState.PASSED]
    assert len(seen) == others + 2


def test_what_merged_pull_requests_showed_is_expected_of_the_next(world: World) -> None:
    found = world.github.repository(world.name)
    files = {".github/workflows/ci.yml": "on: pull_request\n"}
    world.github.commit_files(world.name, "main", files, "CI", "alice")
    number = world.open_pull()
    sha = found.pulls[0].head_sha
    passed = {"status": "completed", "conclusion": "success"}
    for workflow, event in (("CI", "pull_request"), ("Deploy", "push")):
        world.github.set_check_run(
            world.name, sha, workflow.lower(), workflow=workflow, event=event, **passed
        )
    other = replace(world.github.ci_app, id=77, slug="circle")
    for app in (other, world.github.app):
        data = {"name": f"of {app.slug}", "head_sha": sha, **passed}
        checks.create(world.github, found, app, data)
    world.github.set_status(world.name, sha, "ci/jenkins", "success")
    world.pass_time(5)
    world.github.merge_pull_request(world.name, number, by="alice")
    expected = world.repository.expected_checks("main")
    assert [one.name for one in expected] == ["CI", "ci/jenkins", "circle"]
    shown = world.repository.pull_request(number).checks
    by_name = {check.name: check for check in shown}
    evidence = [by_name["ci"], by_name["ci/jenkins"], by_name["of circle"]]
    for one, check in zip(expected, evidence, strict=True):
        assert [one.is_shown_by(other) for other in shown].count(True) == 1
        assert one.is_shown_by(check)
