"""A little epic in the middle of its life; a test changes what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.model.agent_run import AgentRun
from bot.core.model.epic import Epic
from bot.core.model.identifiers import (
    AgentStatus,
    CommitSha,
    EpicStatus,
    Login,
    RepositoryName,
    RunId,
    TaskStatus,
)
from bot.core.model.pull_request import PullRequest
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from bot.core.model.task import Task

START = datetime(2026, 11, 21, 12, 4, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def _run(number: int) -> AgentRun:
    return AgentRun(
        id=RunId(f"run-{number}"),
        task_number=number,
        attempt=1,
        branch=f"orchestra/epic-3/task-{number}",
        start_ref="main",
        agent_id=f"bc-{number}",
        url=f"https://cursor.com/agents?id=bc-{number}",
        status=AgentStatus.FINISHED,
        launched_at=at(9),
    )


RUNNING = Wait(kind=WaitKind.CHECKS_RUNNING, checks=("test",), merge_allowed=True)
CHECKS_FAILED = Failure(
    kind=FailureKind.CHECKS_FAILED,
    checks=("test",),
    pages=(("test", "https://github.com/acme/shop/actions/runs/1/job/2"),),
    rounds=2,
)

MERGED = Task(
    number=1,
    title="Add the model",
    status=TaskStatus.COMPLETED,
    pull_request_number=12,
    base_sha=CommitSha("a" * 40),
    merge_sha=CommitSha("b" * 40),
    started_at=at(0),
    ended_at=at(9),
    summary="Models and their tests.",
    runs=(_run(1),),
)
OPEN = Task(
    number=2,
    title="Serve `/price` as JSON",
    description="One field:\n- price",
    status=TaskStatus.PR_OPEN,
    pull_request_number=13,
    pull_request=PullRequest(
        number=13, url="https://github.com/acme/shop/pull/13", head_sha=CommitSha("c" * 40)
    ),
    base_sha=CommitSha("b" * 40),
    started_at=at(9),
    wait=RUNNING,
    retries_used=1,
    runs=(_run(2),),
)
LATER = Task(number=3, title="Write the docs")
FAILED = replace(
    OPEN,
    status=TaskStatus.FAILED,
    failure=CHECKS_FAILED,
    wait=None,
    ended_at=at(15),
)


def epic(*tasks: Task, **changes: Any) -> Epic:
    running = Epic(
        id=7,
        token="0" * 32,
        repository=RepositoryName("acme", "shop"),
        default_branch="main",
        issue_number=3,
        status=EpicStatus.ACTIVE,
        activated=True,
        title="Build a little shop",
        goal="We want to sell things.",
        body="- [ ] Add the model\n- [x] Choose a name\n",
        started_by=Login("octocat"),
        started_at=START,
        tasks=tasks or (MERGED, OPEN, LATER),
    )
    return replace(running, **changes)


def pending(**changes: Any) -> Epic:
    before = {"status": EpicStatus.PENDING, "started_by": None, "started_at": None, "tasks": ()}
    return replace(epic(), **{**before, **changes})


def paused(**changes: Any) -> Epic:
    facts = {
        "status": EpicStatus.PAUSED,
        "pause": Pause(kind=PauseKind.TASK_FAILED, task=2, failure=CHECKS_FAILED),
        "tasks": (MERGED, FAILED, LATER),
    }
    return replace(epic(), **{**facts, **changes})
