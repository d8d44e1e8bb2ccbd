"""What each command does to an epic."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from bot.core.commands import Cancel, Command, Pause, Resume, Retry, Skip, Start, Status
from bot.core.decide.answers import Answer, refuse, reply
from bot.core.decide.checklist import take_over
from bot.core.decide.launching import begin_again, launch, look_at_work, stop
from bot.core.decide.outcomes import lift_pause, say_paused
from bot.core.decide.pull_request import ask_merge, look
from bot.core.decide.turn import Turn
from bot.core.epic import PauseCause, Task
from bot.core.events import CommandGiven
from bot.core.identifiers import EpicStatus, TaskStatus
from bot.core.messages import Message, MessageKind

_UNDONE = (TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.SKIPPED)


def start(turn: Turn, command: Start, event: CommandGiven) -> Answer | None:
    """Begin, or go on with what an ended epic has left undone."""
    if answer := _cannot_start(turn, event):
        return answer
    assert event.reading is not None
    before = turn.epic.tasks
    for task in before:
        if task.status in _UNDONE:
            _put_back(turn, task)
    if unusable := take_over(turn, event.reading):
        turn.change(tasks=before)
        return refuse(unusable.reason)
    if all(task.status is TaskStatus.COMPLETED for task in turn.epic.tasks):
        return refuse("Every task is done already. Add one to the checklist, then start again.")
    _activate(turn)
    settings = turn.epic.settings
    turn.change(
        base_branch=command.base or turn.epic.base,
        settings=replace(settings, model=command.model or settings.model),
        started_by=event.by,
        started_at=turn.epic.started_at or turn.now,
        ended_at=None,
    )
    turn.log(f"started by @{event.by}")
    return None


def _cannot_start(turn: Turn, event: CommandGiven) -> Answer | None:
    if turn.epic.status is EpicStatus.ACTIVE:
        return reply("This epic is already running.")
    if turn.epic.status is EpicStatus.PAUSED:
        return refuse("This epic is paused. `/orchestra resume` goes on with it.")
    if event.pull_request is not None:
        return refuse("`start` belongs on the epic's issue, not on a pull request.")
    if event.reading is not None and event.reading.base_missing is not None:
        return refuse(f"There is no branch “{event.reading.base_missing}” in this repository.")
    return None


def _put_back(turn: Turn, task: Task) -> Task:
    return turn.put(
        task,
        status=TaskStatus.PENDING,
        failure=None,
        waiting_for=None,
        retries_used=0,
        ended_at=None,
    )


def _activate(turn: Turn) -> None:
    turn.change(status=EpicStatus.ACTIVE, pausing=False, pause_cause=None, pause_reason=None)


def pause(turn: Turn, command: Pause, event: CommandGiven) -> Answer | None:
    """Stop the agents and launch nothing more, or let the running task finish first."""
    if turn.epic.status is EpicStatus.PAUSED:
        turn.change(pause_cause=PauseCause.PERSON)
        return reply("This epic is already paused.")
    if turn.epic.status is not EpicStatus.ACTIVE:
        return refuse("This epic is not running, so there is nothing to pause.")
    if command.after:
        turn.change(pausing=True)
        turn.log(f"@{event.by} asked to pause after the running task")
        return None
    for task in list(turn.epic.under_way()):
        _halt(turn, task)
    turn.change(
        status=EpicStatus.PAUSED,
        pausing=False,
        pause_cause=PauseCause.PERSON,
        pause_reason=f"paused by @{event.by}",
    )
    turn.log(f"paused by @{event.by}")
    say_paused(turn, f"@{event.by} paused it.")
    return None


def _halt(turn: Turn, task: Task) -> None:
    """Stop what is under way so that `resume` can take it up from GitHub's and Cursor's state."""
    task = stop(turn, task)
    if task.status is TaskStatus.MERGING:
        task = turn.put(task, status=TaskStatus.PR_OPEN)
    turn.put(task, waiting_for=None, look_at=None)


def resume(turn: Turn, command: Resume, event: CommandGiven) -> Answer | None:
    """Go on from the state as it really is outside."""
    del command
    reading = event.reading
    assert reading is not None
    if turn.epic.status is EpicStatus.ACTIVE and turn.epic.pausing:
        turn.change(pausing=False)
        return None
    if turn.epic.status is not EpicStatus.PAUSED:
        return refuse("This epic is not paused.")
    if unusable := take_over(turn, reading):
        return refuse(unusable.reason)
    stuck = [task for task in turn.epic.tasks if _is_stuck(task)]
    if stuck:
        number = stuck[0].number
        return refuse(
            f"Task {number} failed: {stuck[0].failure}. "
            f"`/orchestra retry {number}` tries it again, `/orchestra skip {number}` leaves it out."
        )
    _activate(turn)
    turn.log(f"resumed by @{event.by}")
    for task in turn.epic.tasks:
        _take_up(turn, task)
    return None


def _is_stuck(task: Task) -> bool:
    """Failed with nothing on GitHub that somebody could have mended."""
    return task.status is TaskStatus.FAILED and task.pull_request_number is None


def _take_up(turn: Turn, task: Task) -> None:
    run = task.run
    if task.status is TaskStatus.FAILED:
        task = turn.put(task, status=TaskStatus.PR_OPEN, failure=None, ended_at=None)
    if task.status is TaskStatus.PR_OPEN:
        task = turn.put(task, waiting_for="a look at the pull request")
        look(turn, task)
        ask_merge(turn, task, 0)
    elif task.status is TaskStatus.PROCESSING:
        if task.retry_at is None and run is not None and run.agent_id is not None and not run.lost:
            look_at_work(turn, turn.put(task, waiting_for="a look at what the agent did"), run)
        else:
            # What it pushed has been looked at, or there is nothing to look at.
            launch(turn, task)


def cancel(turn: Turn, command: Cancel, event: CommandGiven) -> Answer | None:
    """Stop everything that is not done; open pull requests stay open."""
    del command
    if turn.epic.status.is_final:
        return refuse("This epic has already ended.")
    for task in turn.epic.tasks:
        if task.status is not TaskStatus.COMPLETED:
            _drop(turn, stop(turn, task), TaskStatus.CANCELLED)
    turn.change(
        status=EpicStatus.CANCELLED,
        pausing=False,
        pause_cause=None,
        pause_reason=None,
        ended_at=turn.now,
    )
    turn.log(f"cancelled by @{event.by}")
    return None


def _drop(turn: Turn, task: Task, status: TaskStatus) -> None:
    turn.put(task, status=status, waiting_for=None, look_at=None, retry_at=None, ended_at=turn.now)


def retry(turn: Turn, command: Retry, event: CommandGiven) -> Answer | None:
    """Try failed tasks again; the first goes at once, the others in their order."""
    if turn.epic.status not in (EpicStatus.ACTIVE, EpicStatus.PAUSED):
        return refuse("This epic is not running. `/orchestra start` goes on with what is not done.")
    chosen = _chosen(turn, command.task or _task_of(turn, event))
    if isinstance(chosen, Answer):
        return chosen
    first, *others = chosen
    for task in others:
        _put_back(turn, task)
    if any(turn.epic.under_way()):
        _put_back(turn, first)
        return None
    first = turn.put(first, retries_used=0, ended_at=None)
    if turn.epic.pause_cause is PauseCause.PERSON:
        _put_back(turn, first)
        return reply(f"Task {first.number} goes again once the epic is resumed.")
    _activate(turn)
    begin_again(turn, first)
    return None


def _chosen(turn: Turn, which: int | Literal["all"] | None) -> list[Task] | Answer:
    failed = [task for task in turn.epic.tasks if task.status is TaskStatus.FAILED]
    if which in ("all", None):
        return failed or refuse("No task has failed, so there is nothing to retry.")
    task = turn.epic.task(int(which))
    if task is None:
        return refuse(f"There is no task {which}; the last one is {len(turn.epic.tasks)}.")
    if task.status not in (TaskStatus.FAILED, TaskStatus.SKIPPED):
        return refuse(f"Task {which} has not failed, so there is nothing to retry.")
    return [task]


def skip(turn: Turn, command: Skip, event: CommandGiven) -> Answer | None:
    """Leave a task out; its pull request stays open with a note."""
    number = command.task or _task_of(turn, event)
    if turn.epic.status.is_final or number is None:
        return refuse("Which task? `/orchestra skip N` leaves task N of a running epic out.")
    task = turn.epic.task(number)
    if task is None:
        return refuse(f"There is no task {number}; the last one is {len(turn.epic.tasks)}.")
    if task.status in (TaskStatus.COMPLETED, TaskStatus.SKIPPED):
        return refuse(f"Task {number} is {task.status.lower()} already.")
    task = stop(turn, task)
    _drop(turn, task, TaskStatus.SKIPPED)
    turn.log(f"skipped by @{event.by}", number)
    if task.pull_request is not None and task.pull_request.is_open:
        message = Message(kind=MessageKind.SKIPPED, task=number, to=event.by)
        turn.say(message, f"skipped:{number}", task.pull_request.number)
    lift_pause(turn)
    return None


def status(turn: Turn, command: Status, event: CommandGiven) -> Answer:
    """Say how things stand."""
    del turn, command, event
    return Answer(kind=MessageKind.STATUS)


def _task_of(turn: Turn, event: CommandGiven) -> int | None:
    """The task whose pull request the comment is on."""
    if event.pull_request is None:
        return None
    for task in turn.epic.tasks:
        if task.pull_request_number == event.pull_request:
            return task.number
    return None


STEERING: dict[type[Command], Callable[[Turn, Any, CommandGiven], Answer | None]] = {
    Start: start,
    Pause: pause,
    Resume: resume,
    Cancel: cancel,
    Retry: retry,
    Skip: skip,
    Status: status,
}
