"""Check runs: our own, why others failed, and another try of theirs."""

from bot.clients.errors import PermanentError
from bot.core import events
from bot.core.effects import FetchFailures, LaunchAgent, RerunJobs, UpdateCheckRun
from bot.core.model.identifiers import CommitSha, RunId, TaskStatus
from bot.core.model.observations import Check, CheckFailure, CheckState, PullRequestSnapshot
from bot.core.model.reasons import Failure, FailureKind
from jobs.engine.interfaces import NotApplied
from jobs.handlers.agents import launch_request
from jobs.handlers.checks import MAX_FAILURES
from jobs.handlers.registry import HANDLERS
from sandbox.cursor import AgentScript
from sandbox.github import CheckScript
from tests.jobs.executing import World
from tests.jobs.fakes import REPOSITORY

HEAD = CommitSha("a" * 40)


def failed_pull(world: World) -> PullRequestSnapshot:
    """A pull request on which one check fails at first."""
    ci = world.github.repository(REPOSITORY).ci
    ci.checks["test"] = CheckScript(flaky=True, log="##[error]boom\n")
    pull = world.open_pull()
    world.pass_time(2)
    return world.fetch(pull.number)


def test_why_checks_failed_is_read(world: World) -> None:
    pull = failed_pull(world)
    [check] = pull.checks
    read = world.perform(FetchFailures(task=2, head=pull.head_sha, checks=(check,)))
    assert isinstance(read, events.FailuresFetched)
    assert (read.head, read.agent_at_work) == (pull.head_sha, False)
    [failure] = read.failures
    assert (failure.name, failure.conclusion) == ("test", "failure")
    assert "boom" in failure.log_tail


def test_only_so_many_failures_are_read(world: World) -> None:
    checks = tuple(Check(name=f"c{n}", state=CheckState.FAILED) for n in range(MAX_FAILURES + 1))
    effect = FetchFailures(task=2, head=HEAD, checks=checks)
    expected = tuple(CheckFailure(name=f"c{n}", conclusion="") for n in range(MAX_FAILURES))
    assert world.perform(effect).failures == expected
    refused = HANDLERS[FetchFailures].refused(effect, PermanentError("GitHub", "no"))
    total = len(checks)
    assert refused == events.FailuresFetched(task=2, head=HEAD, failures=expected, total=total)


def test_an_agent_that_is_at_work_is_told_of(world: World) -> None:
    world.cursor.plan(AgentScript(seconds_to_end=60))
    launch = LaunchAgent(
        task=2,
        run=RunId("r1"),
        branch="work",
        start_ref="main",
        prompt="Do it",
        title="Second",
        model=None,
    )
    report = world.services.agents.of().launch(launch_request(world.context(), launch))
    effect = FetchFailures(task=2, head=HEAD, checks=(), agent_id=report.agent_id)
    assert world.perform(effect).agent_at_work
    for _ in range(20):
        world.pass_time(30)
    assert not world.perform(effect).agent_at_work


def test_an_agent_that_is_gone_is_not_at_work(world: World) -> None:
    effect = FetchFailures(task=2, head=HEAD, checks=(), agent_id="bc-nobody")
    assert not world.perform(effect).agent_at_work


def test_failed_jobs_run_once_more(world: World) -> None:
    pull = failed_pull(world)
    [check] = pull.checks
    assert check.id is not None
    effect = RerunJobs(task=2, head=pull.head_sha, jobs=(check.id,))
    assert world.already_applied(effect) == NotApplied()
    rerun = events.JobsRerun(task=2, head=pull.head_sha)
    # A run that starts in the second in which another ended overlaps with it.
    world.pass_time(1)
    assert world.perform(effect) == world.already_applied(effect) == rerun
    world.pass_time(5)
    [check] = world.fetch(pull.number).checks
    assert check.state is CheckState.PASSED
    assert world.already_applied(effect) == rerun


def test_jobs_that_are_not_ours_to_run(world: World) -> None:
    pull = world.open_pull()
    effect = RerunJobs(task=2, head=pull.head_sha, jobs=(987,))
    refused = events.JobsRerun(task=2, head=pull.head_sha, refused=True)
    assert world.perform(effect) == refused
    assert HANDLERS[RerunJobs].refused(effect, PermanentError("GitHub", "no")) == refused


def test_our_own_check_is_shown_once_and_has_buttons(world: World) -> None:
    pull = world.open_pull()
    effect = UpdateCheckRun(task=2, sha=pull.head_sha)
    assert world.already_applied(effect) == NotApplied()
    shown = world.perform(effect)
    assert isinstance(shown, events.CheckRunUpdated)
    world.put_task(2, status=TaskStatus.FAILED, failure=Failure(kind=FailureKind.AGENT_ERROR))
    assert world.already_applied(effect) == shown
    runs = world.github.repository(REPOSITORY).check_runs
    [run] = list(runs.values())
    assert {one["identifier"] for one in run.actions} >= {"retry 2", "skip 2"}
