"""What the commands about the epic as a whole do to it."""

from dataclasses import replace
from datetime import datetime

from bot.core.commands import Cancel, Pause, Resume, Start
from bot.core.commands.answers import Answer, refuse, reply
from bot.core.effects import WHOLE_EPIC, CreateBaseBranch
from bot.core.events import CommandGiven, Enrichment
from bot.core.merge_policy import counting_on_base
from bot.core.model.epic import PauseCause, Task
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.settings import OnFailure, Overrides
from bot.core.transitions.agent_run.launch import fetch_work, launch, stop
from bot.core.transitions.epic.base_branch import base_turned
from bot.core.transitions.epic.checklist import take_over
from bot.core.transitions.epic.endings import (
    ended,
    fetch_again,
    forget_final_pull_request,
    say_paused,
)
from bot.core.transitions.epic.settings import base_for, override
from bot.core.transitions.epic.start import begin
from bot.core.transitions.pull_request.merging import ask_merge
from bot.core.transitions.pull_request.waiting import fetch
from bot.core.transitions.transition import Transition

_UNDONE = (TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.SKIPPED)


def start(transition: Transition, command: Start, event: CommandGiven) -> Answer | None:
    """Begin, now or later, or go on with what an ended epic has left undone."""
    enrichment = event.enrichment
    assert enrichment is not None
    if answer := _cannot_start(transition, command, event):
        return answer
    if command.model is not None:
        override(transition, Overrides(model=command.model))
    before = transition.epic.tasks
    for task in before:
        if task.status in _UNDONE and not task.is_final_pull_request:
            requeue(transition, task)
    if unusable := take_over(transition, enrichment):
        transition.update_epic(tasks=before)
        return refuse(unusable.reason)
    if all(task.status is TaskStatus.COMPLETED for task in transition.epic.tasks):
        return refuse("Every task is done already. Add one to the checklist, then start again.")
    # One that was left undone is opened anew, and so is one for what is done from now on.
    forget_final_pull_request(transition)
    base, own_branch = base_for(transition.epic, command.base)
    transition.update_epic(
        base_branch=base,
        has_epic_branch=own_branch,
        started_by=event.by,
        ended_at=None,
        start_at=command.at,
    )
    if command.at is not None:
        transition.update_epic(status=EpicStatus.PENDING)
        transition.log(f"@{event.by} asked to start at {_clock(command.at)}")
        return reply(f"This epic starts at {_clock(command.at)}.")
    begin(transition)
    _see_base(transition, enrichment)
    others = ", ".join(f"#{number}" for number in enrichment.other_epics)
    beside = f"Started beside {others}, which runs in this repository too: merges take turns."
    return reply(beside) if others else None


def _clock(time: datetime) -> str:
    return f"{time.day} {time:%b %H:%M} UTC"


def _cannot_start(transition: Transition, command: Start, event: CommandGiven) -> Answer | None:
    if transition.epic.status is EpicStatus.ACTIVE:
        return reply("This epic is already running.")
    if transition.epic.status is EpicStatus.PAUSED:
        return refuse("This epic is paused. `/orchestra resume` goes on with it.")
    if event.pull_request is not None:
        return refuse("`start` belongs on the epic's issue, not on a pull request.")
    if event.enrichment is not None and event.enrichment.base_missing is not None:
        return refuse(f"There is no branch “{event.enrichment.base_missing}” in this repository.")
    if command.at is not None and command.at <= transition.now:
        return refuse(f"{_clock(command.at)} has passed. It is {_clock(transition.now)} now.")
    return None


def _see_base(transition: Transition, enrichment: Enrichment) -> None:
    """A base branch that is red holds the first launch."""
    if enrichment.base is None or enrichment.base_rules is None:
        return
    failed = counting_on_base(
        enrichment.base.failed_checks,
        enrichment.base_rules.required_checks,
        transition.epic.settings.ignore_checks,
    )
    base_turned(transition, enrichment.base, failed)


def requeue(transition: Transition, task: Task, failure: str | None = None) -> Task:
    """Let the task be done in its turn; its agent is then told of `failure`."""
    return transition.update(
        task,
        status=TaskStatus.PENDING,
        failure=failure,
        waiting_for=None,
        needs_person=False,
        retries_used=0,
        ended_at=None,
        fixes=task.fixes.reset(),
    )


def activate(transition: Transition) -> None:
    """Lift a pause; one that is only asked for stays."""
    if transition.epic.status is EpicStatus.PAUSED:
        _set_active(transition)
        fetch_again(transition)


def _set_active(transition: Transition) -> None:
    transition.update_epic(
        status=EpicStatus.ACTIVE, pausing=False, pause_cause=None, pause_reason=None
    )


def pause(transition: Transition, command: Pause, event: CommandGiven) -> Answer | None:
    """Stop the agents and launch nothing more, or let the running task finish first."""
    if transition.epic.status is EpicStatus.PAUSED:
        if not command.after:
            stop_all(transition)
        transition.update_epic(pause_cause=PauseCause.PERSON)
        return reply("This epic is already paused.")
    if transition.epic.status is not EpicStatus.ACTIVE:
        return refuse("This epic is not running, so there is nothing to pause.")
    if command.after:
        transition.update_epic(pausing=True)
        transition.log(f"@{event.by} asked to pause after the running task")
        return None
    stop_all(transition)
    transition.update_epic(
        status=EpicStatus.PAUSED,
        pausing=False,
        pause_cause=PauseCause.PERSON,
        pause_reason=f"paused by @{event.by}",
    )
    transition.log(f"paused by @{event.by}")
    say_paused(transition, f"@{event.by} paused it.")
    return None


def stop_all(transition: Transition) -> None:
    """Stop what is under way so that `resume` can take it up from GitHub's and Cursor's state."""
    for task in list(transition.epic.under_way()):
        halted = stop(transition, task)
        if halted.status is TaskStatus.MERGING:
            halted = transition.update(halted, status=TaskStatus.PR_OPEN)
        transition.update(halted, waiting_for=None, due_at=None)


def resume(transition: Transition, command: Resume, event: CommandGiven) -> Answer | None:
    """Go on from the state as it really is outside."""
    del command
    enrichment = event.enrichment
    assert enrichment is not None
    if transition.epic.status is EpicStatus.ACTIVE and transition.epic.pausing:
        transition.update_epic(pausing=False)
        return None
    if transition.epic.status is not EpicStatus.PAUSED:
        return refuse("This epic is not paused.")
    if unusable := take_over(transition, enrichment):
        return refuse(unusable.reason)
    if stuck := transition.epic.stuck():
        number = stuck[0].number
        return refuse(
            f"Task {number} failed: {stuck[0].failure}. "
            f"`/orchestra retry {number}` tries it again, `/orchestra skip {number}` leaves it out."
        )
    _set_active(transition)
    _see_base(transition, enrichment)
    transition.log(f"resumed by @{event.by}")
    if not transition.epic.base_is_ready:
        transition.emit(
            CreateBaseBranch(branch=transition.epic.base, source=transition.epic.default_branch)
        )
    for task in transition.epic.tasks:
        _resume_task(transition, task)
    return None


def _resume_task(transition: Transition, task: Task) -> None:
    run = task.run
    if task.is_final_pull_request and not (task.pull_request and task.pull_request.is_open):
        # Not opened yet, or closed by a person: another is opened.
        forget_final_pull_request(transition)
        return
    left = (
        transition.epic.settings.on_failure is OnFailure.CONTINUE and not task.is_final_pull_request
    )
    if task.status is TaskStatus.FAILED and not left:
        task = transition.update(task, status=TaskStatus.PR_OPEN, failure=None, ended_at=None)
    if task.status is TaskStatus.PR_OPEN:
        task = transition.update(
            task,
            waiting_for="a look at the pull request",
            fixes=replace(task.fixes, updated_head=None),
            pull_request=task.pull_request and task.pull_request.reset(),
        )
        fetch(transition, task)
        ask_merge(transition, task, 0)
    elif task.status is TaskStatus.PROCESSING:
        if task.retry_at is None and run is not None and run.agent_id is not None and not run.lost:
            fetch_work(
                transition, transition.update(task, waiting_for="a look at what the agent did"), run
            )
        else:
            # What it pushed has been looked at, or there is nothing to look at.
            launch(transition, task)


def cancel(transition: Transition, command: Cancel, event: CommandGiven) -> Answer | None:
    """Stop everything that is not done; open pull requests stay open."""
    del command
    if transition.epic.start_at is not None:
        transition.update_epic(start_at=None)
        transition.log(f"@{event.by} called the start off")
        return reply("The start is called off. `/orchestra start` begins.")
    if transition.epic.status.is_final:
        return refuse("This epic has already ended.")
    transition.cancel_pending(WHOLE_EPIC)
    for task in transition.epic.tasks:
        if task.status is not TaskStatus.COMPLETED:
            ended(transition, stop(transition, task), TaskStatus.CANCELLED)
    transition.update_epic(
        status=EpicStatus.CANCELLED,
        pausing=False,
        pause_cause=None,
        pause_reason=None,
        ended_at=transition.now,
    )
    transition.log(f"cancelled by @{event.by}")
    return None
