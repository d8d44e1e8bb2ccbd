"""What commands and interruptions share: stopping what is under way, and continuing it."""

from dataclasses import replace

from bot.core.events import Enrichment
from bot.core.merge_policy import counting_on_base
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.reasons import Failure, Pause, PauseKind, Wait, WaitKind
from bot.core.model.settings import OnFailure
from bot.core.model.task import Task
from bot.core.transitions import mentions
from bot.core.transitions.agent_run.fetching import fetch_work
from bot.core.transitions.agent_run.launch import launch
from bot.core.transitions.agent_run.teardown import stop
from bot.core.transitions.epic.base_branch import base_turned
from bot.core.transitions.epic.checklist import take_approved_text
from bot.core.transitions.epic.endings import fetch_again, pause
from bot.core.transitions.epic.known_base import seen
from bot.core.transitions.epic.scheduling import forget_final_pull_request
from bot.core.transitions.pull_request.merging import fetch_merge
from bot.core.transitions.pull_request.waiting import fetch
from bot.core.transitions.transition import Transition


def is_held(epic: Epic) -> bool:
    """Tell whether only `resume` ends the pause: a person or an interruption asked for it."""
    reason = epic.pause
    return reason is not None and not (reason.ends_by_itself or reason.is_for_money)


def stop_all(transition: Transition) -> None:
    """Stop what is under way so that `resume` can continue from GitHub's and the agents' state."""
    for task in list(transition.epic.under_way()):
        halted = stop(transition, task)
        if halted.status is TaskStatus.MERGING:
            halted = transition.update(halted, status=TaskStatus.PR_OPEN)
        transition.update(halted, wait=None, due_at=None)


def end_pause(transition: Transition) -> None:
    """End the pause; a `pause after` that still waits stays."""
    if transition.epic.status is EpicStatus.PAUSED:
        set_active(transition)
        fetch_again(transition)


def continue_after_money(transition: Transition) -> None:
    """End a pause over money, but not over a failure that nobody has decided on meanwhile."""
    epic = transition.epic
    for task in epic.tasks:
        if task.status is TaskStatus.FAILED and not stays_failed(epic, task):
            kind = PauseKind.TASK_FAILED
            pause(transition, Pause(kind=kind, task=task.number, failure=task.failure))
            return
    end_pause(transition)


def set_active(transition: Transition) -> None:
    """Make the epic active, with no pause asked for."""
    reason = transition.epic.pause
    transition.update_epic(status=EpicStatus.ACTIVE, pausing=False, pausing_by=None, pause=None)
    mentions.pause_ended(transition, reason)


def requeue(transition: Transition, task: Task, failure: Failure | None = None) -> Task:
    """Put the task back among the pending ones; its agent will be given `failure`.

    What begins then is another attempt, with the text that is approved by now.
    """
    task = take_approved_text(transition, task)
    mentions.acted(transition, task.number)
    return transition.update(
        task,
        status=TaskStatus.PENDING,
        failure=failure,
        wait=None,
        needs_person=False,
        retries_used=0,
        ended_at=None,
        fixes=task.fixes.reset(),
    )


def resume_task(transition: Transition, task: Task) -> None:
    """Continue the task from its state on GitHub and at its agent."""
    if task.is_final_pull_request and not (task.pull_request and task.pull_request.is_open):
        # Not opened yet, or closed by a person: another is opened.
        forget_final_pull_request(transition)
        return
    if task.status is TaskStatus.FAILED and task.may_have_work and task.pull_request is None:
        _look_at_branch_again(transition, task)
        return
    if task.status is TaskStatus.FAILED and not stays_failed(transition.epic, task):
        mentions.acted(transition, task.number)
        task = transition.update(task, status=TaskStatus.PR_OPEN, failure=None, ended_at=None)
    if task.status is TaskStatus.PR_OPEN:
        _watch_again(transition, task)
    elif task.status is TaskStatus.PROCESSING:
        _continue_agent(transition, task)


def _look_at_branch_again(transition: Transition, task: Task) -> None:
    """Its agent's work may have come to GitHub after it was given up; if not, it fails again."""
    run, wait = task.run, Wait(kind=WaitKind.AGENT_WORK)
    assert run is not None
    task = transition.update(task, status=TaskStatus.PROCESSING, ended_at=None, wait=wait)
    fetch_work(transition, task, run)


def stays_failed(epic: Epic, task: Task) -> bool:
    """Tell whether `resume` leaves the failed task alone, because `on_failure` is continue."""
    return epic.settings.on_failure is OnFailure.CONTINUE and not task.is_final_pull_request


def _watch_again(transition: Transition, task: Task) -> None:
    request = task.pull_request
    if request is not None and (request.merge.refusal or request.update.refusal):
        # What was refused is tried again.
        mentions.acted(transition, task.number)
    task = transition.update(
        task,
        wait=Wait(kind=WaitKind.PULL_REQUEST),
        needs_person=False,
        fixes=replace(task.fixes, updated_head=None),
        pull_request=request and request.without_refusal(),
    )
    fetch(transition, task)
    fetch_merge(transition, task, 0)


def _continue_agent(transition: Transition, task: Task) -> None:
    run = task.run
    if task.retry_at is None and run is not None and run.agent_id is not None and not run.lost:
        wait = Wait(kind=WaitKind.AGENT_WORK)
        fetch_work(transition, transition.update(task, wait=wait), run)
    else:
        # What it pushed has been fetched already, or there is nothing to fetch.
        launch(transition, task)


def take_over_base(transition: Transition, enrichment: Enrichment) -> None:
    """Use what was fetched of the base branch: a red one holds the next launch."""
    if enrichment.base is None or enrichment.base_rules is None:
        return
    failed = counting_on_base(enrichment.base, enrichment.base_rules, transition.epic.settings)
    seen(transition, enrichment.base)
    base_turned(transition, enrichment.base, failed)
