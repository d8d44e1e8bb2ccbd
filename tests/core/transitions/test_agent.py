"""What a report on an agent leads to; the epic has one task with one run."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.agent_run import AgentRun
from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, EpicStatus, RunId, TaskStatus
from bot.core.model.reasons import Failure, FailureKind
from bot.core.model.task import Task
from bot.core.transitions.dispatch import Decision, decide
from tests.rendering import facts

NOW = facts.at(30)
RUN = RunId("run-1")
CREATING, RUNNING, FINISHED = AgentStatus.CREATING, AgentStatus.RUNNING, AgentStatus.FINISHED
FAILED, STOPPED, EXPIRED = AgentStatus.FAILED, AgentStatus.STOPPED, AgentStatus.EXPIRED
FINAL = (FINISHED, FAILED, STOPPED, EXPIRED)


def at_work(run: dict[str, Any] | None = None, **task: Any) -> Epic:
    """An epic whose only task has an agent at work, `run` and `task` changed."""
    known = AgentRun(
        id=RUN,
        task_number=1,
        attempt=1,
        branch="orchestra/epic-3/task-1",
        start_ref="main",
        agent_id="bc-1",
        status=RUNNING,
        prompted_at=facts.at(10),
        launched_at=facts.at(10),
        deadline=facts.at(130),
    )
    one = Task(
        number=1,
        title="Add the model",
        status=TaskStatus.PROCESSING,
        attempts=1,
        branch=known.branch,
        runs=(replace(known, **run or {}),),
    )
    return facts.epic(replace(one, **task))


def reported(status: AgentStatus, **changes: Any) -> events.AgentReported:
    return replace(events.AgentReported(run=RUN, agent_id="bc-1", status=status), **changes)


def asked(decision: Decision) -> list[effects.Effect]:
    """The effects asked for, but what is only shown."""
    shown = effects.UpdateProgressComment | effects.UpdateCheckRun
    return [ask.effect for ask in decision.emitted if not isinstance(ask.effect, shown)]


def kinds(decision: Decision) -> list[type[effects.Effect]]:
    return [type(effect) for effect in asked(decision)]


def run_of(decision: Decision) -> AgentRun:
    (run,) = decision.epic.tasks[0].runs
    return run


@pytest.mark.parametrize(
    ("end", "number"),
    [
        ("acme/shop/pull/7", 7),
        ("Acme/Shop/pull/7/", 7),
        ("acme/shop/pull/7/files", 7),
        ("acme/shop/pull/7/commits/1f2e?w=1#diff", 7),
        ("acme/shop/pull/7x", None),
        ("acme/shop/pull/new/7", None),
        ("acme/gadgets/pull/7", None),
        ("acme/shop/issues/7", None),
        ("acme/shop/pull/12345678901", None),
    ],
)
def test_the_pull_request_is_read_from_the_reported_address(end: str, number: int | None) -> None:
    event = reported(AgentStatus.FINISHED, pull_request_url=f"https://github.com/{end}")
    (fetch,) = asked(decide(at_work(), event, NOW))
    assert isinstance(fetch, effects.FetchWork)
    assert fetch.reported_pull_request == number


@pytest.mark.parametrize("status", FINAL)
def test_an_end_leads_to_a_fetch_of_the_work(status: AgentStatus) -> None:
    decision = decide(at_work(), reported(status), NOW)
    assert kinds(decision) == [effects.FetchWork]
    assert (run_of(decision).status, run_of(decision).ended_at) == (status, NOW)


@pytest.mark.parametrize("status", AgentStatus)
def test_a_pushed_report_only_causes_a_fetch(status: AgentStatus) -> None:
    decision = decide(at_work(), reported(status, pushed=True), NOW)
    assert asked(decision) == [effects.FetchAgent(run=RUN)]
    assert run_of(decision).status is RUNNING


@pytest.mark.parametrize("status", AgentStatus)
@pytest.mark.parametrize("pushed", [True, False])
@pytest.mark.parametrize(
    ("run", "event"),
    [
        ({}, {"agent_id": "bc-2"}),
        ({}, {"run": RunId("unknown")}),
        ({"status": FINISHED}, {}),
        ({"status": STOPPED, "stop_requested": True}, {}),
    ],
    ids=["another agent", "an unknown run", "over", "stopped"],
)
def test_reports_that_change_nothing(
    run: dict[str, Any], event: dict[str, Any], status: AgentStatus, pushed: bool
) -> None:
    decision = decide(at_work(run), reported(status, pushed=pushed, **event), NOW)
    assert asked(decision) == []
    assert decision.epic.tasks[0].status is TaskStatus.PROCESSING


@pytest.mark.parametrize(
    ("report", "ends"),
    [
        (reported(FINISHED), True),
        (reported(FINISHED, prompt_index=2), True),
        (reported(FINISHED, prompt_index=1), False),
        (reported(FINISHED, pushed=True), False),
        (reported(FAILED, prompt_index=2), True),
        (reported(EXPIRED, prompt_index=2), True),
        (reported(RUNNING, prompt_index=2), False),
    ],
)
def test_which_reports_end_a_follow_up(report: events.AgentReported, ends: bool) -> None:
    decision = decide(at_work({"prompt_index": 2, "status": CREATING}), report, NOW)
    assert run_of(decision).status.is_final is ends


@pytest.mark.parametrize(("minutes", "status"), [(9, CREATING), (10, CREATING), (11, RUNNING)])
def test_a_push_after_the_prompt_shows_the_agent_at_work(minutes: int, status: AgentStatus) -> None:
    report = reported(FINISHED, pushed=True, reported_at=facts.at(minutes))
    decision = decide(at_work({"prompt_index": 2, "status": CREATING}), report, NOW)
    assert run_of(decision).status is status


def test_an_agent_at_work_stays_so_until_its_prompt_ends() -> None:
    decision = decide(at_work({"prompt_index": 2}), reported(CREATING, prompt_index=2), NOW)
    assert run_of(decision).status is RUNNING


@pytest.mark.parametrize(
    ("run", "stops"),
    [
        ({}, False),
        ({"status": FINISHED}, False),
        ({"agent_id": None, "status": CREATING}, False),
        ({"agent_id": None, "lost": True, "status": FAILED}, True),
        ({"agent_id": None, "stop_requested": True, "status": STOPPED}, True),
    ],
    ids=["known by a webhook", "over before the answer", "awaited", "lost", "stopped"],
)
def test_only_an_agent_that_is_not_needed_is_stopped(run: dict[str, Any], stops: bool) -> None:
    decision = decide(at_work(run), events.AgentLaunched(run=RUN, agent_id="bc-1"), NOW)
    assert kinds(decision) == ([effects.StopAgent] if stops else [])
    assert run_of(decision).agent_id == "bc-1"


@pytest.mark.parametrize(
    ("run", "commits", "way"),
    [
        ({"status": FINISHED, "ended_at": NOW - timedelta(seconds=25)}, 1, "open"),
        ({"status": FINISHED, "ended_at": NOW - timedelta(seconds=5)}, 1, "wait"),
        ({"status": FINISHED, "ended_at": NOW, "opens_pull_request": False}, 1, "open"),
        ({"status": FINISHED, "ended_at": NOW - timedelta(seconds=40)}, 0, "fail"),
        ({"status": FINISHED, "ended_at": NOW - timedelta(seconds=39)}, 0, "wait"),
        ({"status": FAILED, "ended_at": NOW}, 0, "retry"),
        ({"status": EXPIRED, "ended_at": NOW}, 3, "retry"),
    ],
)
def test_work_without_a_pull_request(run: dict[str, Any], commits: int, way: str) -> None:
    seen = events.WorkFetched(task=1, run=RUN, commits_ahead=commits)
    decision = decide(at_work(run), seen, NOW)
    (task,) = decision.epic.tasks
    found = {
        "open": effects.OpenPullRequest in kinds(decision),
        "wait": task.due_at is not None,
        "fail": task.status is TaskStatus.FAILED,
        "retry": task.retry_at is not None,
    }
    assert [one for one, taken in found.items() if taken] == [way]
    assert (task.pushed_branch is not None) == bool(commits)


@pytest.mark.parametrize("status", [STOPPED, EXPIRED])
def test_a_stop_does_not_hide_why_it_was_asked_for(status: AgentStatus) -> None:
    over = {"status": status, "stop_requested": True}
    assert run_of(decide(at_work(over), events.AgentStopped(run=RUN), NOW)).status is status


@pytest.mark.parametrize(
    ("transient", "used", "status", "epic"),
    [
        (True, 0, TaskStatus.PROCESSING, EpicStatus.ACTIVE),
        (True, 3, TaskStatus.FAILED, EpicStatus.PAUSED),
        (False, 0, TaskStatus.FAILED, EpicStatus.PAUSED),
    ],
)
def test_a_failed_launch(transient: bool, used: int, status: TaskStatus, epic: EpicStatus) -> None:
    failure = Failure(kind=FailureKind.LAUNCH_REFUSED, quote="no")
    event = events.LaunchFailed(run=RUN, failure=failure, transient=transient)
    decision = decide(at_work({"agent_id": None}, retries_used=used), event, NOW)
    assert (decision.epic.tasks[0].status, decision.epic.status) == (status, epic)
