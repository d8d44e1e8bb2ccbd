"""What an agent left on GitHub: a pull request, commits, or nothing."""

from dataclasses import replace
from datetime import timedelta

from bot.core.effects import OpenPullRequest
from bot.core.events import WorkFetched
from bot.core.model.agent_run import AgentRun
from bot.core.model.identifiers import AgentStatus, EpicStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Failure, FailureKind, Wait, WaitKind
from bot.core.model.task import Task
from bot.core.transitions.agent_run.fetching import fetch_work
from bot.core.transitions.agent_run.follow_up import prompt_again
from bot.core.transitions.agent_run.launch import launch
from bot.core.transitions.agent_run.teardown import give_up_pull_request, stop
from bot.core.transitions.epic.endings import fail, retry_or_fail
from bot.core.transitions.transition import Transition

# The agent's own pull request may appear a little later; only then do we open one ourselves.
PULL_REQUEST_PATIENCE = timedelta(seconds=20)
PULL_REQUEST_FETCH_SECONDS = 10.0
# That an agent has changed nothing is believed once it is seen again.
WORK_PATIENCE = timedelta(seconds=40)
WORK_FETCH_SECONDS = 20.0
_ENDS = {
    AgentStatus.EXPIRED: FailureKind.AGENT_EXPIRED,
    AgentStatus.STOPPED: FailureKind.AGENT_STOPPED,
}


def run_out(transition: Transition, task: Task) -> None:
    """Stop an agent whose time is over, and fetch what it got done."""
    task = stop(transition, task)
    assert task.run is not None
    run = replace(task.run, status=AgentStatus.EXPIRED)
    task = transition.update(task.with_run(run), wait=Wait(kind=WaitKind.AGENT_WORK))
    transition.log(Notice(kind=NoticeKind.AGENT_TIME_OVER), task.number)
    fetch_work(transition, task, run)


def fetched(transition: Transition, event: WorkFetched) -> None:
    """Handle that there is no pull request: open one for commits, else fail or try again."""
    found = transition.epic.find_run(event.run)
    if found is None or not found[0].is_current(found[1]):
        return
    if transition.epic.status is not EpicStatus.ACTIVE:
        return
    task, run = found
    if event.commits_ahead:
        task = transition.update(task, pushed_branch=event.branch or run.branch)
    if event.name_taken is not None and run.status.is_final:
        fail(transition, task, Failure(kind=FailureKind.NAME_TAKEN, branch=event.name_taken))
    elif run.status is AgentStatus.FINISHED:
        _finished_without_pull_request(transition, task, run, event.commits_ahead)
    elif run.status is AgentStatus.STOPPED and run.stop_requested:
        launch(transition, task)
    elif run.status.is_final:
        retry_or_fail(transition, task, ended_how(run))


def _finished_without_pull_request(
    transition: Transition, task: Task, run: AgentRun, commits_ahead: int
) -> None:
    if not commits_ahead and task.pushed_branch is None:
        if _may_be_seen_later(transition, run):
            due_at = transition.in_seconds(WORK_FETCH_SECONDS)
            transition.update(task, due_at=due_at, wait=Wait(kind=WaitKind.AGENT_WORK))
            return
        fail(transition, task, Failure(kind=FailureKind.NOTHING_CHANGED, quote=run.summary))
    elif _may_open_its_own(transition, run):
        transition.update(
            task,
            due_at=transition.in_seconds(PULL_REQUEST_FETCH_SECONDS),
            wait=Wait(kind=WaitKind.AGENT_PULL_REQUEST),
        )
    else:
        transition.update(task, wait=Wait(kind=WaitKind.OPEN_PULL_REQUEST))
        branch = task.pushed_branch or run.branch
        transition.emit(OpenPullRequest(task=task.number, branch=branch, base=transition.epic.base))
        transition.log(Notice(kind=NoticeKind.PULL_REQUEST_OPENING), task.number)


def open_instead(transition: Transition, task: Task, branch: str) -> None:
    """Open another pull request, from the new name of a branch that a person has renamed."""
    give_up_pull_request(transition, task)
    task = transition.update(
        task,
        pull_request=None,
        pull_request_number=None,
        branch=branch,
        pushed_branch=branch,
        wait=Wait(kind=WaitKind.OPEN_PULL_REQUEST),
    )
    base = transition.epic.base_of(task)
    transition.emit(OpenPullRequest(task=task.number, branch=branch, base=base))
    transition.log(Notice(kind=NoticeKind.PULL_REQUEST_OPENING), task.number)


def _may_be_seen_later(transition: Transition, run: AgentRun) -> bool:
    """Whether a push may not have come to where we look."""
    return run.ended_at is not None and transition.now - run.ended_at < WORK_PATIENCE


def _may_open_its_own(transition: Transition, run: AgentRun) -> bool:
    """Whether the agent's own pull request may yet appear."""
    if not run.opens_pull_request or run.ended_at is None:
        return False
    return transition.now - run.ended_at < PULL_REQUEST_PATIENCE


def continue_after_end(transition: Transition, task: Task, run: AgentRun) -> None:
    """Continue a task with an open pull request whose agent ended without finishing."""
    if run.status is AgentStatus.STOPPED and run.stop_requested:
        prompt_again(transition, task)
    else:
        retry_or_fail(transition, task, ended_how(run))


def ended_how(run: AgentRun) -> Failure:
    """Return how the agent ended, with its own last words."""
    return Failure(kind=_ENDS.get(run.status, FailureKind.AGENT_ERROR), quote=run.summary)
