"""Time passing: deadlines, retries and fetches that are due."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.events import TimePassed
from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.task import Task
from bot.core.transitions.agent_run.launch import launch
from bot.core.transitions.agent_run.teardown import stop
from bot.core.transitions.agent_run.work import fetch_work
from bot.core.transitions.epic.base_branch import fetch_base
from bot.core.transitions.epic.start import time_has_come
from bot.core.transitions.pull_request.waiting import fetch
from bot.core.transitions.transition import Transition

# Webhooks report a red branch's checks; this fetch is for those that get lost.
RED_BASE_FETCH = timedelta(seconds=300)


def passed(transition: Transition, event: TimePassed) -> None:
    """Do what is due: a scheduled start, and something for each task under way."""
    del event
    time_has_come(transition)
    if transition.epic.status is not EpicStatus.ACTIVE:
        return
    if transition.epic.base_red:
        fetch_base(transition)
    for task in list(transition.epic.under_way()):
        if _is_due(transition, task.retry_at):
            launch(transition, task)
        elif _is_due(transition, _deadline(task)):
            _run_out(transition, task)
        elif _is_due(transition, task.due_at):
            _fetch(transition, transition.update(task, due_at=None))


def _is_due(transition: Transition, moment: datetime | None) -> bool:
    return moment is not None and moment <= transition.now


def _run_out(transition: Transition, task: Task) -> None:
    """Stop an agent whose time is over, and fetch what it got done."""
    task = stop(transition, task)
    assert task.run is not None
    run = replace(task.run, status=AgentStatus.EXPIRED)
    task = transition.update(task.with_run(run), wait=Wait(kind=WaitKind.AGENT_WORK))
    transition.log(Notice(kind=NoticeKind.AGENT_TIME_OVER), task.number)
    fetch_work(transition, task, run)


def _fetch(transition: Transition, task: Task) -> None:
    if task.status is TaskStatus.PROCESSING and task.run is not None:
        fetch_work(transition, task, task.run)
    else:
        fetch(transition, task)


def _deadline(task: Task) -> datetime | None:
    run = task.run
    at_work = task.status is TaskStatus.PROCESSING and run is not None and not run.status.is_final
    return run.deadline if run is not None and at_work else None


def next_due_at(epic: Epic, now: datetime) -> datetime | None:
    """Return when time alone changes something; for ended and paused epics only a start does."""
    if epic.status is not EpicStatus.ACTIVE:
        return epic.start_at if epic.start_at is not None and epic.start_at > now else None
    times = [
        time
        for task in epic.under_way()
        for time in (task.retry_at, task.due_at, _deadline(task))
        if time is not None
    ]
    if epic.base_red:
        times.append(_red_base_due_at(epic, now))
    return min(times, default=None)


def _red_base_due_at(epic: Epic, now: datetime) -> datetime:
    """Return when to fetch the red base: other events don't postpone a fetch that is due sooner."""
    latest = now + RED_BASE_FETCH
    return epic.due_at if epic.due_at and now < epic.due_at < latest else latest
