"""An epic whose first task's pull request is open, and fetches of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core import effects, events
from bot.core.model.agent_run import AgentRun
from bot.core.model.epic import Epic
from bot.core.model.fixes import Fixes
from bot.core.model.identifiers import (
    AgentStatus,
    CommitSha,
    EpicStatus,
    Login,
    RepositoryName,
    RunId,
    TaskStatus,
)
from bot.core.model.messages import Message
from bot.core.model.notices import NoticeKind
from bot.core.model.observations import BranchRules, PullRequestSnapshot
from bot.core.model.pull_request import PullRequest
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from bot.core.model.refusals import RefusalKind
from bot.core.model.settings import EpicSettings
from bot.core.model.task import Task
from bot.core.model.terms import Terms
from bot.core.transitions.dispatch import Decision, decide

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HEAD, NEXT, BASE = CommitSha("a" * 40), CommitSha("c" * 40), CommitSha("b" * 40)
BODY = "- [ ] one\n- [ ] two\n"
ADA, GRACE = Login("ada"), Login("grace")
RUN = AgentRun(
    id=RunId("run-1"),
    task_number=1,
    attempt=1,
    branch="b1",
    start_ref="main",
    agent_id="bc-1",
    status=AgentStatus.FINISHED,
    launched_at=NOW,
    ended_at=NOW,
)
AT_WORK = replace(RUN, status=AgentStatus.RUNNING, ended_at=None, deadline=NOW + timedelta(hours=2))
REQUEST = PullRequest(number=10, url="https://github.com/acme/widgets/pull/10", head_sha=HEAD)
FAILURE = Failure(kind=FailureKind.AGENT_ERROR, attempts=4)
PAUSED_BY_PERSON: dict[str, Any] = {
    "status": EpicStatus.PAUSED,
    "pause": Pause(kind=PauseKind.PERSON, by=ADA),
}
PAUSED_BY_FAILURE: dict[str, Any] = {
    "status": EpicStatus.PAUSED,
    "pause": Pause(kind=PauseKind.TASK_FAILED, task=1, failure=FAILURE),
}
SHOWN = effects.UpdateProgressComment | effects.UpdateCheckRun | effects.UpdateStateLabel


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def task(status: TaskStatus = TaskStatus.PR_OPEN, **facts: Any) -> Task:
    """Task 1, with a pull request and the agent that made it."""
    known: dict[str, Any] = {
        "title": "one",
        "attempts": 1,
        "branch": "b1",
        "pull_request_number": 10,
        "pull_request": REQUEST,
        "runs": (RUN,),
        "wait": Wait(kind=WaitKind.PULL_REQUEST),
    }
    return Task(number=1, status=status, **{**known, **facts})


def epic(first: Task | None = None, settings: dict[str, Any] | None = None, **facts: Any) -> Epic:
    """An active epic of two tasks."""
    known: dict[str, Any] = {
        "status": EpicStatus.ACTIVE,
        "activated": True,
        "title": "Widgets",
        "body": BODY,
        "started_by": ADA,
        "base_branch": "main",
        "tasks": (first or task(), Task(number=2, position=1, title="two")),
    }
    return Epic(
        id=1,
        token="0" * 32,
        repository=RepositoryName("acme", "widgets"),
        default_branch="main",
        issue_number=1,
        settings=EpicSettings(**(settings or {})),
        **{**known, **facts},
    )


def seen(
    rules: dict[str, Any] | None = None, task_number: int = 1, **facts: Any
) -> events.PullRequestFetched:
    """A fetch of the first task's pull request, which could be merged."""
    known: dict[str, Any] = {"head_sha": HEAD, "base_branch": "main", "number": 10}
    snapshot = PullRequestSnapshot(
        **{
            "node_id": "PR",
            "url": REQUEST.url,
            "title": "one",
            "body": "",
            "head_branch": "b1",
            "base_sha": BASE,
            "is_open": True,
            "is_draft": False,
            "is_merged": False,
            "opened_at": later(-3600),
            "mergeable": True,
            **known,
            **facts,
        }
    )
    return events.PullRequestFetched(
        task=task_number, snapshot=snapshot, rules=BranchRules(**(rules or {}))
    )


def command(text: str, **enrichment: Any) -> events.CommandGiven:
    """Ada commands."""
    facts: dict[str, Any] = {"permission": "write", "is_labelled": True, "title": "Widgets"}
    return events.CommandGiven(
        comment_id=9,
        line=1,
        text=f"/orchestra {text}",
        by=ADA,
        enrichment=events.Enrichment(**{**facts, "body": BODY, **enrichment}),
    )


def after(
    before: Epic, *happened: events.Event, now: datetime = NOW, terms: Terms | None = None
) -> Decision:
    """The last of these decisions."""
    for event in happened:
        decision = decide(before, event, now, terms=terms)
        before = decision.epic
    return decision


def asked(decision: Decision) -> list[effects.Effect]:
    """The effects asked for, but what is only shown."""
    return [ask.effect for ask in decision.emitted if not isinstance(ask.effect, SHOWN)]


def kinds(decision: Decision) -> list[str]:
    return [type(effect).__name__ for effect in asked(decision)]


def messages(decision: Decision) -> list[Message]:
    """The comments asked for."""
    posted = (one for one in asked(decision) if isinstance(one, effects.PostComment))
    return [comment.message for comment in posted]


def refusals(decision: Decision) -> list[RefusalKind]:
    """Why commands were refused."""
    return [one.refusal.kind for one in messages(decision) if one.refusal is not None]


def notices(decision: Decision) -> list[NoticeKind]:
    """What the comments say was done."""
    return [one.notice.kind for one in messages(decision) if one.notice is not None]


def fixes(decision: Decision) -> Fixes:
    return first(decision).fixes


def first(decision: Decision) -> Task:
    found = decision.epic.task(1)
    assert found is not None
    return found


def waits_for(decision: Decision) -> WaitKind | None:
    wait = first(decision).wait
    return None if wait is None else wait.kind


def request(decision: Decision) -> PullRequest:
    found = first(decision).pull_request
    assert found is not None
    return found
