"""Sending an agent back to its work, and what becomes of that."""

from dataclasses import replace

from bot.core.budget import seconds_for
from bot.core.effects import SendFollowUp, StopAgent
from bot.core.events import FollowUpRefused, FollowUpTaken
from bot.core.model.agent_run import AgentRun
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.task import Task
from bot.core.prompts.task_prompt import follow_up_prompt
from bot.core.transitions.agent_run.fetching import fetch_work
from bot.core.transitions.agent_run.launch import launch
from bot.core.transitions.agent_run.money import set_aside, settled
from bot.core.transitions.agent_run.teardown import cancel_our_auto_merge
from bot.core.transitions.agent_run.turn import take_turn, wait_for_turn
from bot.core.transitions.transition import Transition


def prompt_again(transition: Transition, task: Task) -> None:
    """Send the task's agent back to it, in its turn; launch one where none can be reached.

    Nobody is to merge meanwhile, nor what comes of it without its being judged.
    """
    if not take_turn(transition, task):
        wait_for_turn(transition, task)
        return
    task = settled(transition, cancel_our_auto_merge(transition, task))
    run = task.run
    if _is_closed(task) and run is not None:
        _look_for_another(transition, task, run)
    elif run is None or _is_merged(task) or not _takes_follow_ups(run):
        launch(transition, task)
    else:
        _follow_up(transition, task, run)


def _is_closed(task: Task) -> bool:
    request = task.pull_request
    return request is not None and not (request.is_open or request.is_merged)


def _is_merged(task: Task) -> bool:
    """Tell whether its work went elsewhere, so that none is left for its agent."""
    return task.pull_request is not None and task.pull_request.is_merged


def _look_for_another(transition: Transition, task: Task, run: AgentRun) -> None:
    """Look whether an open pull request has taken the closed one's place before another launch."""
    task = transition.update(
        task,
        status=TaskStatus.PROCESSING,
        merge_now=False,
        needs_person=False,
        retry_at=None,
        due_at=None,
        wait=Wait(kind=WaitKind.REPLACEMENT),
    )
    fetch_work(transition, task, run)


def is_looked_for(task: Task) -> bool:
    """Tell whether the task is being retried after its pull request was closed."""
    is_wanted = task.wait is not None and task.wait.kind is WaitKind.REPLACEMENT
    return task.status is TaskStatus.PROCESSING and is_wanted


def _takes_follow_ups(run: AgentRun) -> bool:
    return run.agent_id is not None and not run.lost and run.status is AgentStatus.FINISHED


def _follow_up(transition: Transition, task: Task, run: AgentRun) -> None:
    assert run.agent_id is not None
    prompted = set_aside(transition, task, replace(run, prompt_index=run.prompt_index + 1))
    if prompted is None:
        return
    prompted = replace(
        prompted,
        prompted_at=transition.now,
        status=AgentStatus.CREATING,
        ended_at=None,
        deadline=None,
    )
    seconds = seconds_for(prompted, transition.epic.settings.agent_timeout, transition.terms)
    effect = SendFollowUp(
        task=task.number,
        run=run.id,
        agent_id=run.agent_id,
        prompt_index=prompted.prompt_index,
        prompt=follow_up_prompt(transition.epic, task, prompted.marker, seconds),
        marker=prompted.marker,
        previous_ref=run.prompt_ref,
    )
    task = transition.update(
        task.with_run(prompted),
        status=TaskStatus.PROCESSING,
        merge_now=False,
        failure=None,
        needs_person=False,
        retry_at=None,
        due_at=None,
        wait=Wait(kind=WaitKind.FOLLOW_UP),
    )
    transition.emit(effect)
    transition.log(Notice(kind=NoticeKind.FOLLOW_UP_SENT), task.number)


def taken(transition: Transition, event: FollowUpTaken) -> None:
    """Handle that the agent accepted the follow-up: it is at work again."""
    found = transition.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    timeout = transition.epic.settings.agent_timeout
    at_work = replace(
        run,
        prompted_at=transition.now,
        prompt_ref=event.prompt_ref or run.prompt_ref,
        deadline=transition.in_seconds(seconds_for(run, timeout, transition.terms)),
    )
    task = transition.update(task.with_run(at_work))
    if task.is_current(run) and not run.stop_requested:
        transition.update(task, wait=Wait(kind=WaitKind.AGENT))
    elif run.agent_id:
        transition.emit(StopAgent(run=run.id, agent_id=run.agent_id))


def refused(transition: Transition, event: FollowUpRefused) -> None:
    """Handle that the agent cannot be reached: another one continues its work."""
    found = transition.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    is_current = task.is_current(run)
    ended = replace(run, status=AgentStatus.EXPIRED, ended_at=transition.now)
    task = transition.update(task.with_run(ended))
    if not is_current:
        return
    notice = Notice(kind=NoticeKind.FOLLOW_UP_REFUSED, quote=event.reason)
    transition.log(notice, task.number)
    if transition.epic.status is EpicStatus.ACTIVE:
        launch(transition, task)
