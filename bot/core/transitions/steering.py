"""What the commands about the epic as a whole do to it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.core.commands import Cancel, Pause, Resume, Start
from bot.core.commands.answers import Answer, refuse, reply
from bot.core.effects import MakeBaseBranch
from bot.core.events import CommandGiven, Reading
from bot.core.merge_policy import counting_on_base
from bot.core.model.epic import Epic, PauseCause, Task
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.settings import OnFailure, Overrides
from bot.core.transitions.agent_run.launch import launch, look_at_work, stop
from bot.core.transitions.epic.base_branch import base_turned
from bot.core.transitions.epic.checklist import take_over
from bot.core.transitions.epic.endings import (
    ended,
    forget_final_pull_request,
    look_again,
    say_paused,
)
from bot.core.transitions.epic.settings import base_for, override
from bot.core.transitions.epic.start import begin
from bot.core.transitions.pull_request.merging import ask_merge
from bot.core.transitions.pull_request.waiting import look
from bot.core.transitions.transition import Turn

_UNDONE = (TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.SKIPPED)


def start(turn: Turn, command: Start, event: CommandGiven) -> Answer | None:
    """Begin, now or later, or go on with what an ended epic has left undone."""
    reading = event.reading
    assert reading is not None
    if answer := _cannot_start(turn, command, event):
        return answer
    if command.model is not None:
        override(turn, Overrides(model=command.model))
    before = turn.epic.tasks
    for task in before:
        if task.status in _UNDONE and not task.is_final_pull_request:
            put_back(turn, task)
    if unusable := take_over(turn, reading):
        turn.change(tasks=before)
        return refuse(unusable.reason)
    if all(task.status is TaskStatus.COMPLETED for task in turn.epic.tasks):
        return refuse("Every task is done already. Add one to the checklist, then start again.")
    # One that was left undone is opened anew, and so is one for what is done from now on.
    forget_final_pull_request(turn)
    base, own_branch = base_for(turn.epic, command.base)
    turn.change(
        base_branch=base,
        has_epic_branch=own_branch,
        started_by=event.by,
        ended_at=None,
        start_at=command.at,
    )
    if command.at is not None:
        turn.change(status=EpicStatus.PENDING)
        turn.log(f"@{event.by} asked to start at {_clock(command.at)}")
        return reply(f"This epic starts at {_clock(command.at)}.")
    begin(turn)
    _see_base(turn, reading)
    others = ", ".join(f"#{number}" for number in reading.other_epics)
    beside = f"Started beside {others}, which runs in this repository too: merges take turns."
    return reply(beside) if others else None


def _clock(time: datetime) -> str:
    return f"{time.day} {time:%b %H:%M} UTC"


def _cannot_start(turn: Turn, command: Start, event: CommandGiven) -> Answer | None:
    if turn.epic.status is EpicStatus.ACTIVE:
        return reply("This epic is already running.")
    if turn.epic.status is EpicStatus.PAUSED:
        return refuse("This epic is paused. `/orchestra resume` goes on with it.")
    if event.pull_request is not None:
        return refuse("`start` belongs on the epic's issue, not on a pull request.")
    if event.reading is not None and event.reading.base_missing is not None:
        return refuse(f"There is no branch “{event.reading.base_missing}” in this repository.")
    if command.at is not None and command.at <= turn.now:
        return refuse(f"{_clock(command.at)} has passed. It is {_clock(turn.now)} now.")
    return None


def _see_base(turn: Turn, reading: Reading) -> None:
    """A base branch that is red holds the first launch."""
    if reading.base is None or reading.base_rules is None:
        return
    failed = counting_on_base(
        reading.base.failed_checks,
        reading.base_rules.required_checks,
        turn.epic.settings.ignore_checks,
    )
    base_turned(turn, reading.base, failed)


def put_back(turn: Turn, task: Task, failure: str | None = None) -> Task:
    """Let the task be done in its turn; its agent is then told of `failure`."""
    return turn.put(
        task,
        status=TaskStatus.PENDING,
        failure=failure,
        waiting_for=None,
        needs_person=False,
        retries_used=0,
        ended_at=None,
        fixes=task.fixes.afresh(),
    )


def activate(turn: Turn) -> None:
    """Lift a pause; one that is only asked for stays."""
    if turn.epic.status is EpicStatus.PAUSED:
        _set_active(turn)
        look_again(turn)


def _set_active(turn: Turn) -> None:
    turn.change(status=EpicStatus.ACTIVE, pausing=False, pause_cause=None, pause_reason=None)


def pause(turn: Turn, command: Pause, event: CommandGiven) -> Answer | None:
    """Stop the agents and launch nothing more, or let the running task finish first."""
    if turn.epic.status is EpicStatus.PAUSED:
        if not command.after:
            halt_all(turn)
        turn.change(pause_cause=PauseCause.PERSON)
        return reply("This epic is already paused.")
    if turn.epic.status is not EpicStatus.ACTIVE:
        return refuse("This epic is not running, so there is nothing to pause.")
    if command.after:
        turn.change(pausing=True)
        turn.log(f"@{event.by} asked to pause after the running task")
        return None
    halt_all(turn)
    turn.change(
        status=EpicStatus.PAUSED,
        pausing=False,
        pause_cause=PauseCause.PERSON,
        pause_reason=f"paused by @{event.by}",
    )
    turn.log(f"paused by @{event.by}")
    say_paused(turn, f"@{event.by} paused it.")
    return None


def halt_all(turn: Turn) -> None:
    """Stop what is under way so that `resume` can take it up from GitHub's and Cursor's state."""
    for task in list(turn.epic.under_way()):
        halted = stop(turn, task)
        if halted.status is TaskStatus.MERGING:
            halted = turn.put(halted, status=TaskStatus.PR_OPEN)
        turn.put(halted, waiting_for=None, look_at=None)


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
    if stuck := turn.epic.stuck():
        number = stuck[0].number
        return refuse(
            f"Task {number} failed: {stuck[0].failure}. "
            f"`/orchestra retry {number}` tries it again, `/orchestra skip {number}` leaves it out."
        )
    _set_active(turn)
    _see_base(turn, reading)
    turn.log(f"resumed by @{event.by}")
    if not turn.epic.base_is_ready:
        turn.ask(MakeBaseBranch(branch=turn.epic.base, source=turn.epic.default_branch))
    for task in turn.epic.tasks:
        _take_up(turn, task)
    return None


def _take_up(turn: Turn, task: Task) -> None:
    run = task.run
    if task.is_final_pull_request and not (task.pull_request and task.pull_request.is_open):
        # Not opened yet, or closed by a person: another is opened.
        forget_final_pull_request(turn)
        return
    left = turn.epic.settings.on_failure is OnFailure.CONTINUE and not task.is_final_pull_request
    if task.status is TaskStatus.FAILED and not left:
        task = turn.put(task, status=TaskStatus.PR_OPEN, failure=None, ended_at=None)
    if task.status is TaskStatus.PR_OPEN:
        task = turn.put(
            task,
            waiting_for="a look at the pull request",
            fixes=replace(task.fixes, updated_head=None),
            pull_request=task.pull_request and task.pull_request.afresh(),
        )
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
    if turn.epic.start_at is not None:
        turn.change(start_at=None)
        turn.log(f"@{event.by} called the start off")
        return reply("The start is called off. `/orchestra start` begins.")
    if turn.epic.status.is_final:
        return refuse("This epic has already ended.")
    turn.withdraw(_tidying(turn.epic))
    for task in turn.epic.tasks:
        if task.status is not TaskStatus.COMPLETED:
            ended(turn, stop(turn, task), TaskStatus.CANCELLED)
    turn.change(
        status=EpicStatus.CANCELLED,
        pausing=False,
        pause_cause=None,
        pause_reason=None,
        ended_at=turn.now,
    )
    turn.log(f"cancelled by @{event.by}")
    return None


def _tidying(epic: Epic) -> Iterator[str]:
    yield f"base-branch:{epic.base}"
    for task in epic.tasks:
        yield f"revert:{task.pull_request_number}"
