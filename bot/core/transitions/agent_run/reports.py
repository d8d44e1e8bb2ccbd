"""What is learned of agents: launched, at work, ended, gone, stopped."""

import re
from dataclasses import replace

from bot.core.budget import seconds_for
from bot.core.effects import FetchAgent, StopAgent
from bot.core.events import (
    AgentGone,
    AgentLaunched,
    AgentNotStopped,
    AgentReported,
    AgentStopped,
    LaunchFailed,
    LaunchUnanswered,
)
from bot.core.model.agent_run import AgentRun
from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.task import Task
from bot.core.text.branches import is_of_another_task, reported_name
from bot.core.transitions.agent_run.fetching import fetch_work
from bot.core.transitions.agent_run.launch import launch
from bot.core.transitions.agent_run.money import for_other_model
from bot.core.transitions.agent_run.work import run_out
from bot.core.transitions.epic.base_branch import follow_base
from bot.core.transitions.epic.endings import fail, launch_again, retry_or_fail
from bot.core.transitions.transition import Transition, quoted


def launched(transition: Transition, event: AgentLaunched) -> None:
    """Store the agent's id; stop an agent that is not needed any more."""
    found = transition.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    wanted = run.model
    if event.other_model:
        run = for_other_model(transition, task, replace(run, model=event.model))
    known = replace(
        _with_agent(transition, run, event.agent_id, event.url),
        prompt_ref=event.prompt_ref or run.prompt_ref,
        opens_pull_request=event.opens_pull_request,
    )
    task = transition.update(task.with_run(known))
    if run.agent_id == event.agent_id:
        # A webhook was faster than the answer: what it led to stands.
        return
    if not task.is_current(run) or run.stop_requested or run.lost:
        _stop_late(transition, task, known, event.agent_id)
        return
    transition.update(task, wait=Wait(kind=WaitKind.AGENT))
    notice = Notice(kind=NoticeKind.AGENT_LAUNCHED, quote=event.agent_id)
    transition.log(notice, task.number)
    if event.other_model:
        names = (event.model,) if event.model else ()
        other = Notice(kind=NoticeKind.OTHER_MODEL, quote=wanted, names=names)
        transition.log(other, task.number)


def _with_agent(transition: Transition, run: AgentRun, agent_id: str, url: str | None) -> AgentRun:
    timeout = transition.epic.settings.agent_timeout
    return replace(
        run,
        agent_id=agent_id,
        url=url or run.url,
        launched_at=run.launched_at or transition.now,
        prompted_at=run.prompted_at or transition.now,
        deadline=run.deadline or transition.in_seconds(seconds_for(run, timeout, transition.terms)),
    )


def _stop_late(transition: Transition, task: Task, run: AgentRun, agent_id: str) -> None:
    transition.update(task.with_run(replace(run, agent_id=agent_id, stop_requested=True)))
    transition.emit(StopAgent(run=run.id, agent_id=agent_id))
    transition.log(Notice(kind=NoticeKind.AGENT_NOT_NEEDED, quote=agent_id), task.number)


def launch_failed(transition: Transition, event: LaunchFailed) -> None:
    """Retry what may pass, fail what will not."""
    found = transition.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    is_current = task.is_current(run)
    failed = replace(run, status=AgentStatus.FAILED, lost=event.lost, ended_at=transition.now)
    task = transition.update(task.with_run(failed))
    renamed = event.base_renamed_to
    if renamed is not None and follow_base(transition, run.start_ref, renamed):
        if is_current:
            launch(transition, transition.epic.task(task.number) or task)
    elif is_current and event.lost:
        launch_again(transition, task, event.failure)
    elif is_current and event.transient:
        retry_or_fail(transition, task, event.failure)
    elif is_current:
        fail(transition, task, event.failure)


def launch_unanswered(transition: Transition, event: LaunchUnanswered) -> None:
    """Show that the launch was asked for, and until when its agent is looked for."""
    found = transition.epic.find_run(event.run)
    if found is None or not found[0].is_current(found[1]) or found[1].agent_id is not None:
        return
    task, quote = found[0], quoted(event.reason)
    if task.wait is None or task.wait.kind is not WaitKind.LAUNCH_UNANSWERED:
        notice = Notice(kind=NoticeKind.LAUNCH_UNANSWERED, quote=quote)
        transition.log(notice, task.number)
    wait = Wait(kind=WaitKind.LAUNCH_UNANSWERED, until=event.until, quote=quote)
    transition.update(task, wait=wait)


def reported(transition: Transition, event: AgentReported) -> None:
    """Handle a report on a run: a pushed one is fetched, an end leads to what the agent left."""
    found = transition.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    if run.lost or run.stop_requested or not task.is_current(run):
        # A lost agent that shows up is stopped; a report after our stop changes nothing.
        if run.agent_id is None:
            _stop_late(transition, task, run, event.agent_id)
        return
    if run.agent_id is not None and run.agent_id != event.agent_id:
        notice = Notice(kind=NoticeKind.AGENT_FOREIGN, quote=event.agent_id)
        transition.log(notice, task.number)
        return
    run = replace(
        _with_agent(transition, run, event.agent_id, event.url),
        summary=event.summary or run.summary,
        bill=run.bill if event.cost is None else replace(run.bill, told=event.cost),
        reported_branch=_reported_branch(transition.epic, run, event),
    )
    task = transition.update(task.with_run(run))
    if run.status.is_final:
        return
    if event.pushed:
        _fetch(transition, task, run, event)
    elif event.prompt_index in (None, run.prompt_index):
        _follow(transition, task, run, event)


def _reported_branch(epic: Epic, run: AgentRun, event: AgentReported) -> str | None:
    """Return the branch that the agent worked on by its provider's word, if it may be the task's.

    It may be anything but a branch that is known to be something else.
    """
    name = reported_name(event.branch)
    given = (run.branch, epic.base, epic.default_branch)
    if name is None or name in given:
        return run.reported_branch
    if is_of_another_task(name, epic.issue_number, run.task_number):
        return run.reported_branch
    return name


def _fetch(transition: Transition, task: Task, run: AgentRun, event: AgentReported) -> None:
    """Fetch it; a push that is later than the prompt also shows that the agent turned to it."""
    later = event.reported_at and run.prompted_at and event.reported_at > run.prompted_at
    if later:
        transition.update(task.with_run(replace(run, status=AgentStatus.RUNNING)))
    transition.emit(FetchAgent(run=run.id))


def _follow(transition: Transition, task: Task, run: AgentRun, event: AgentReported) -> None:
    if not event.status.is_final:
        # Once seen at work on the prompt, it stays so until that ends.
        if event.status is not AgentStatus.CREATING:
            task = transition.update(task.with_run(replace(run, status=event.status)))
        if event.at_deadline:
            run_out(transition, task)
        return
    run = replace(run, status=event.status, ended_at=transition.now)
    task = transition.update(task.with_run(run), wait=Wait(kind=WaitKind.AGENT_WORK))
    if run.reported_branch is not None and task.pull_request_number is None:
        # News of this branch is news of the task.
        task = transition.update(task, branch=run.reported_branch)
    notice = Notice(kind=NoticeKind.AGENT_ENDED, quote=event.raw_status or event.status)
    transition.log(notice, task.number)
    fetch_work(transition, task, run, _pull_request_of(transition.epic, event))


def _pull_request_of(epic: Epic, event: AgentReported) -> int | None:
    """Return the number of the pull request that the agent reports in the epic's repository."""
    address = re.escape(f"/{epic.repository}/pull/")
    found = re.search(
        address + r"([1-9][0-9]{0,9})(?:[/?#].*)?\Z", event.pull_request_url or "", re.I
    )
    return int(found[1]) if found else None


def gone(transition: Transition, event: AgentGone) -> None:
    """Handle that the provider has forgotten the agent; what it pushed is still fetched."""
    found = transition.epic.find_run(event.run)
    if found is None or not found[0].is_current(found[1]) or found[1].status.is_final:
        return
    task, run = found
    if not event.certain:
        transition.emit(FetchAgent(run=run.id))
        return
    run = replace(run, status=AgentStatus.EXPIRED, ended_at=transition.now)
    task = transition.update(task.with_run(run))
    transition.log(Notice(kind=NoticeKind.AGENT_GONE), task.number)
    fetch_work(transition, task, run)


def stopped(transition: Transition, event: AgentStopped) -> None:
    """Handle that the provider accepted our stop."""
    if found := transition.epic.find_run(event.run):
        task, run = found
        # One that was stopped because its time was over has expired, and stays so.
        status = run.status if run.status.is_final else AgentStatus.STOPPED
        task = transition.update(task.with_run(replace(run, status=status, stop_requested=True)))
        if task.wait is not None and task.wait.kind is WaitKind.AGENT_NOT_STOPPED:
            transition.update(task, wait=None)
        transition.log(Notice(kind=NoticeKind.AGENT_STOPPED), task.number)


def not_stopped(transition: Transition, event: AgentNotStopped) -> None:
    """Say, once, that the agent may be still at work although it was to stop."""
    found = transition.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    wait = Wait(kind=WaitKind.AGENT_NOT_STOPPED, quote=quoted(event.reason))
    was_told = task.wait is not None and task.wait.kind is wait.kind
    if task.is_current(run) and run.status.is_final and not was_told:
        transition.update(task, wait=wait)
        transition.log(Notice(kind=NoticeKind.AGENT_NOT_STOPPED, quote=wait.quote), task.number)
    message = Message(
        kind=MessageKind.NEEDS_PERSON,
        to=transition.epic.started_by,
        wait=wait,
        task=task.number,
    )
    transition.comment(message, f"not-stopped:{run.id}")
