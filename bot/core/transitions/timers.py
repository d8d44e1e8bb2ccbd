"""Time passing: deadlines, retries and looks that have fallen due."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.events import TimePassed
from bot.core.model.epic import Epic, Task
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.transitions.agent_run.launch import launch, look_at_work, stop
from bot.core.transitions.epic.base_branch import look_at_base
from bot.core.transitions.epic.start import time_has_come
from bot.core.transitions.pull_request.waiting import look
from bot.core.transitions.transition import Turn

# Webhooks tell of a red branch's checks; this look is for those that get lost.
RED_BASE_LOOK = timedelta(seconds=300)


def passed(turn: Turn, event: TimePassed) -> None:
    """Do what has fallen due: a start that was asked for, and each task under way."""
    del event
    time_has_come(turn)
    if turn.epic.status is not EpicStatus.ACTIVE:
        return
    if turn.epic.base_red is not None:
        look_at_base(turn)
    for task in list(turn.epic.under_way()):
        if _is_due(turn, task.retry_at):
            launch(turn, task)
        elif _is_due(turn, _deadline(task)):
            _run_out(turn, task)
        elif _is_due(turn, task.look_at):
            _look(turn, turn.put(task, look_at=None))


def _is_due(turn: Turn, moment: datetime | None) -> bool:
    return moment is not None and moment <= turn.now


def _run_out(turn: Turn, task: Task) -> None:
    """The agent's time is over: stop it, and see what it got done."""
    task = stop(turn, task)
    assert task.run is not None
    run = replace(task.run, status=AgentStatus.EXPIRED)
    task = turn.put(task.with_run(run), waiting_for="a look at what the agent did")
    turn.log("the agent's time is over; stopping it", task.number)
    look_at_work(turn, task, run)


def _look(turn: Turn, task: Task) -> None:
    if task.status is TaskStatus.PROCESSING and task.run is not None:
        look_at_work(turn, task, task.run)
    else:
        look(turn, task)


def _deadline(task: Task) -> datetime | None:
    run = task.run
    at_work = task.status is TaskStatus.PROCESSING and run is not None and not run.status.is_final
    return run.deadline if run is not None and at_work else None


def next_look(epic: Epic, now: datetime) -> datetime | None:
    """When the epic must be looked at again by itself; final and paused ones only to start."""
    if epic.status is not EpicStatus.ACTIVE:
        return epic.start_at if epic.start_at is not None and epic.start_at > now else None
    times = [
        time
        for task in epic.under_way()
        for time in (task.retry_at, task.look_at, _deadline(task))
        if time is not None
    ]
    if epic.base_red is not None:
        times.append(_look_at_red_base(epic, now))
    return min(times, default=None)


def _look_at_red_base(epic: Epic, now: datetime) -> datetime:
    """A look that was meant to come sooner is not put off by whatever happens before it."""
    latest = now + RED_BASE_LOOK
    return epic.look_at if epic.look_at and now < epic.look_at < latest else latest
