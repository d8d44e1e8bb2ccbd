"""Time passing: deadlines, retries and fetches that are due."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.effects import FetchAgent
from bot.core.events import TimePassed
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.reasons import WaitKind
from bot.core.model.task import Task
from bot.core.transitions.agent_run.fetching import fetch_work
from bot.core.transitions.agent_run.launch import launch
from bot.core.transitions.agent_run.work import run_out
from bot.core.transitions.epic.base_branch import start_ends
from bot.core.transitions.epic.known_base import fetch_base
from bot.core.transitions.epic.start import time_has_come
from bot.core.transitions.mentions import owed_at
from bot.core.transitions.pull_request.waiting import fetch
from bot.core.transitions.transition import Transition

# An agent whose time is over is asked about again where that went unanswered, in seconds.
LAST_LOOK = 60.0
# Webhooks report a red branch's checks; this fetch is for those that get lost.
RED_BASE_FETCH = timedelta(seconds=300)
# A slot that another epic holds is asked for again.
SLOT_RETRY = timedelta(seconds=15)


def passed(transition: Transition, event: TimePassed) -> None:
    """Do what is due: a scheduled start, and something for each task under way."""
    del event
    time_has_come(transition)
    if transition.epic.status is EpicStatus.PAUSED:
        _end_what_is_over(transition)
    if transition.epic.status is not EpicStatus.ACTIVE:
        return
    if transition.epic.base_red or transition.epic.known_base.in_doubt:
        fetch_base(transition)
    for task in list(transition.epic.under_way()):
        if _is_due(transition, task.retry_at):
            launch(transition, task)
        elif _is_due(transition, _deadline(task)):
            _at_deadline(transition, task)
        elif _is_due(transition, task.due_at):
            _fetch(transition, transition.update(task, due_at=None))


def _end_what_is_over(transition: Transition) -> None:
    """Give up agents that a pause lets finish, but whose time is over."""
    for task in list(transition.epic.under_way()):
        if _is_due(transition, _deadline(task)):
            _at_deadline(transition, task)


def _is_due(transition: Transition, moment: datetime | None) -> bool:
    return moment is not None and moment <= transition.now


def _at_deadline(transition: Transition, task: Task) -> None:
    """Ask first: the agent may have ended long ago, while nobody here was there to hear of it."""
    run = task.run
    assert run is not None
    if run.agent_id is None:
        run_out(transition, task)
        return
    transition.emit(FetchAgent(run=run.id, at_deadline=True))
    transition.update(task.with_run(replace(run, deadline=transition.in_seconds(LAST_LOOK))))


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
    """Return when time alone changes something.

    In a paused epic that is the end of an agent's time, or a call over a pause that has come back;
    in one that waits, the start.
    """
    owed = owed_at(epic, now)
    if epic.status is EpicStatus.PAUSED:
        ends = [end for task in epic.under_way() if (end := _deadline(task))]
        return min([*ends, *([owed] if owed else [])], default=None)
    if epic.status is not EpicStatus.ACTIVE:
        waiting = epic.start_at is not None and epic.start_at > now
        return epic.start_at if waiting else owed
    times = [] if owed is None else [owed]
    times += [
        time
        for task in epic.under_way()
        for time in (task.retry_at, task.due_at, _deadline(task))
        if time is not None
    ]
    if epic.slot_wanted_since is not None or _waits_for_money(epic):
        times.append(now + SLOT_RETRY)
    if epic.base_red or epic.known_base.in_doubt:
        times.append(_red_base_due_at(epic, now))
    return min(times, default=None)


def _waits_for_money(epic: Epic) -> bool:
    """Tell whether other epics' agents may free what a task waits for."""
    waits = (task.wait for task in epic.pending() if task.wait is not None)
    is_active = epic.status is EpicStatus.ACTIVE
    return is_active and any(wait.kind is WaitKind.MONEY for wait in waits)


def _red_base_due_at(epic: Epic, now: datetime) -> datetime:
    """Return when to fetch the red base: other events don't postpone a fetch that is due sooner."""
    latest, starts = now + RED_BASE_FETCH, start_ends(epic)
    if now < starts < latest:
        latest = starts
    return epic.due_at if epic.due_at and now < epic.due_at < latest else latest
