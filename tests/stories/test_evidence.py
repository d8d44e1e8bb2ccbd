"""No evidence is not green: what a head must show, and what passes for nothing."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.reasons import WaitKind
from sandbox.cursor import AgentScript
from sandbox.github import BranchRules, CheckScript
from sandbox.github.operations import checks, suites
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import opened, repository, waits
from tests.stories.steps import ONE, configure, unlinked

COMPLETED, PAUSED = EpicStatus.COMPLETED, EpicStatus.PAUSED
BOTH = "on: [push, pull_request]\njobs: {}\n"
TWO = "- [ ] First thing\n- [ ] Second thing\n"


@pytest.fixture(autouse=True)
def no_rules(story: Story) -> None:
    """No rule names a check, and no agent is sent back."""
    configure(story, "fixes: {ci: 0}\n")
    repository(story).rules["main"] = BranchRules()
    repository(story).ci.checks.clear()


def run_checks(story: Story, **scripts: CheckScript) -> None:
    repository(story).ci.checks.update(scripts)


def asked(story: Story) -> list[str]:
    """The comments that call for a person, the last report left out."""
    return [said for said in story.said() if "is done with" not in said]


def kind(story: Story) -> WaitKind | None:
    known = story.epic().task(1)
    return known.wait.kind if known and known.wait else None


def shown_on_main(story: Story, name: str, event: str) -> None:
    """A check of that workflow passed on the base branch's head."""
    head = repository(story).git.head("main")
    assert head is not None
    data = {"status": "completed", "conclusion": "success"}
    story.github.set_check_run(REPOSITORY, head, name, workflow="CI", event=event, **data)


@pytest.mark.parametrize("first", ["push", "pull_request"])
def test_a_failed_push_run_is_not_hidden_by_the_pull_requests_run(story: Story, first: str) -> None:
    if first == "pull_request":
        run_checks(story, test=CheckScript(after=5))
    opened(story)
    head = story.pull().head_sha
    data = {"status": "completed", "conclusion": "failure"}
    story.github.set_check_run(REPOSITORY, head, "test", event="push", **data)
    if first == "push":
        story.pass_time(1)
        data = {"status": "completed", "conclusion": "success"}
        story.github.set_check_run(REPOSITORY, head, "test", event="pull_request", **data)
    story.wait_for(story.has(PAUSED), most=300)
    assert "check “test” failed" in unlinked(story.said()[0])
    assert story.requests("merge") == []


def test_a_job_that_comes_after_another_is_awaited(story: Story) -> None:
    run_checks(
        story,
        build=CheckScript(after=200),
        e2e=CheckScript(needs="build", starts_after=2, after=30, conclusion="failure"),
    )
    story.start(ONE)
    story.wait_for(story.has(PAUSED), most=400)
    assert "check “e2e” failed" in unlinked(story.said()[0])
    assert story.requests("merge") == []


def test_a_workflow_that_ends_after_its_jobs_is_awaited(story: Story) -> None:
    run_checks(story, build=CheckScript(after=100, suite_ends_after=60))
    opened(story)
    story.wait(120)
    assert waits(story) == "Waiting for check “CI” to finish on the pull request."
    story.wait_for(story.has(COMPLETED), most=60)


def test_what_ran_for_earlier_pull_requests_is_awaited(story: Story) -> None:
    story.github.commit_files(REPOSITORY, "main", {".github/workflows/ci.yml": BOTH}, "CI", "ada")
    run_checks(story, test=CheckScript())
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.COMPLETED), most=300)
    repository(story).ci.checks["test"].never_starts = True
    run_checks(story, scan=CheckScript(workflow="Scan"))
    story.wait_for(story.task_is(2, TaskStatus.PR_OPEN))
    story.wait(200)
    assert waits(story, 2) == (
        "Waiting for check “CI” to start on the pull request, like on earlier pull requests into"
        " its base branch."
    )
    story.wait(500)
    (said,) = story.said()
    assert "`/orchestra merge 2` — merge it now, without waiting" in said
    assert len(repository(story).pulls) == 2
    assert story.pull().merged_at is not None


def test_a_workflow_of_the_base_for_pull_requests_is_awaited_by_the_first(story: Story) -> None:
    story.github.commit_files(REPOSITORY, "main", {".github/workflows/ci.yml": BOTH}, "CI", "ada")
    shown_on_main(story, "test", "push")
    opened(story)
    story.wait(120)
    assert kind(story) is WaitKind.CHECKS_EXPECTED
    assert story.requests("merge") == []


@pytest.mark.parametrize(
    "listens",
    [
        "on: push\n",
        "on:\n  push: {branches: [main]}\n",
        "on: [push, schedule]\n",
        "on: [push, merge_group]\n",
    ],
)
def test_a_deployment_on_push_is_awaited_by_nobody(story: Story, listens: str) -> None:
    files = {".github/workflows/ci.yml": listens}
    story.github.commit_files(REPOSITORY, "main", files, "Deploy", "ada")
    shown_on_main(story, "deploy", "push")
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=150)


@pytest.mark.parametrize("besides", ["", "  merge_group:\n"], ids=["alone", "and the queue's"])
def test_a_workflow_that_ignores_the_changed_paths_is_awaited_by_nobody(
    story: Story, besides: str
) -> None:
    listens = f"on:\n  push:\n{besides}  pull_request:\n    paths-ignore: ['docs/**']\n"
    files = {".github/workflows/ci.yml": listens}
    story.github.commit_files(REPOSITORY, "main", files, "CI", "ada")
    shown_on_main(story, "test", "push")
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=150)


def test_a_draft_skipped_by_a_workflow_that_never_ran_again_is_a_persons(story: Story) -> None:
    run_checks(story, test=CheckScript(skip_drafts=True))
    story.cursor.default_script = AgentScript(draft=True)
    # The workflow does not listen to `ready_for_review`.
    repository(story).ci.ready_for_review = False
    opened(story)
    story.wait(150)
    assert kind(story) is WaitKind.CHECKS_SKIPPED
    assert len(story.said()) == 1
    assert story.requests("merge") == []


def test_the_required_check_of_one_app_is_not_anothers(story: Story) -> None:
    app = story.github.ci_app.id
    rules = BranchRules(required_checks=["test"], required_apps={"test": app})
    repository(story).rules["main"] = rules
    run_checks(story, test=CheckScript(starts_after=100, after=20))
    opened(story)
    story.github.set_status(REPOSITORY, story.pull().head_sha, "test", "success")
    story.wait(60)
    assert story.requests("merge") == []
    story.wait_for(story.has(COMPLETED), most=100)
    assert asked(story) == []


def test_a_cancelled_check_runs_once_more_and_no_agent_is_sent_back(story: Story) -> None:
    run_checks(story, test=CheckScript(conclusion="cancelled", after=10))
    opened(story)
    repository(story).ci.checks["test"].conclusion = "success"
    story.wait_for(story.has(COMPLETED), most=300)
    assert [one.request for one in story.requests("rerun")] == [None]
    assert asked(story) == []


def test_a_check_cancelled_twice_is_a_persons(story: Story) -> None:
    run_checks(story, test=CheckScript(conclusion="cancelled"))
    opened(story)
    story.wait(300)
    assert waits(story) == (
        "Check “test” on the pull request didn't finish: cancelled or given up. A new run is"
        " needed."
    )
    assert len(story.said()) == 1
    assert len(story.requests("rerun")) == 1
    assert len(story.cursor.agents) == 1


def test_a_workflow_that_awaits_approval_is_named(story: Story) -> None:
    run_checks(story, test=CheckScript(awaits_approval=True))
    opened(story)
    story.wait(120)
    (said,) = story.said()
    assert "wait for approval in the Actions tab" in said
    story.github.conclude_suite(REPOSITORY, story.pull().head_sha, "success")
    story.wait_for(story.has(COMPLETED), most=120)


def test_our_own_required_check_is_named_as_the_rules_mistake(story: Story) -> None:
    repository(story).rules["main"] = BranchRules(required_checks=["Orchestra"])
    opened(story)
    story.wait(120)
    (said,) = story.said()
    assert "Take “Orchestra” out of the required checks." in said


def test_a_check_that_never_ends_is_a_persons_once(story: Story) -> None:
    run_checks(story, test=CheckScript(never_ends=True))
    opened(story)
    story.wait(3500, step=300)
    assert asked(story) == []
    story.wait(7200, step=300)
    (said,) = story.said()
    assert "Waiting for check “test” to finish" in unlinked(said)


def test_a_status_that_stays_pending_is_a_persons_however_often_it_is_reported(
    story: Story,
) -> None:
    opened(story)
    head = story.pull().head_sha
    for _ in range(12):
        story.github.set_status(REPOSITORY, head, "bot", "pending")
        story.wait(600, step=300)
    (said,) = asked(story)
    assert "Waiting for check “bot” to finish" in unlinked(said)
    story.github.set_status(REPOSITORY, head, "bot", "success")
    story.wait_for(story.has(COMPLETED), most=60)


def test_a_failing_run_is_not_hidden_by_a_later_one_that_skipped_it(story: Story) -> None:
    run_checks(story, test=CheckScript(after=200, conclusion="failure"))
    opened(story)
    head, ci = story.pull().head_sha, story.github.ci_app
    another = suites.suite_of(
        story.github, repository(story), ci, head, event="pull_request", another=True
    )
    # As for a label: the job runs only on what was pushed.
    data = {"name": "test", "head_sha": head, "conclusion": "skipped"}
    checks.create(story.github, repository(story), ci, data, another)
    story.wait(150)
    assert waits(story) == "Waiting for check “test” to finish on the pull request."
    story.wait_for(story.has(PAUSED), most=500)
    assert "check “test” failed" in unlinked(story.said()[0])
    assert story.requests("merge") == []


def test_a_cancelled_check_on_the_base_offers_no_revert(story: Story) -> None:
    run_checks(story, test=CheckScript())
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.COMPLETED), most=300)
    head = repository(story).git.head("main")
    assert head is not None
    data = {"status": "completed", "conclusion": "cancelled"}
    story.github.set_check_run(REPOSITORY, head, "deploy", event="push", **data)
    story.wait(60)
    assert "Check “deploy” didn't finish on `main`" in unlinked(asked(story)[0])
    assert not any(pull.issue.title.startswith("Revert") for pull in repository(story).pulls)
