"""Launching an agent: on the task's pull request, its pushed branch, or the base."""

import uuid
from dataclasses import replace
from datetime import datetime

from bot.core.budget import seconds_for
from bot.core.effects import LaunchAgent, work_on_task
from bot.core.model.agent_run import AgentRun
from bot.core.model.epic import Epic
from bot.core.model.fixes import Fixes
from bot.core.model.identifiers import RunId, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.task import Task
from bot.core.prompts.task_prompt import task_prompt
from bot.core.text.branches import branches_of
from bot.core.transitions.agent_run.money import set_aside, settled
from bot.core.transitions.agent_run.teardown import give_up_pull_request
from bot.core.transitions.agent_run.turn import take_turn, wait_for_turn
from bot.core.transitions.transition import Transition

RED_BASE_SECONDS = 60.0


def launch(transition: Transition, task: Task) -> None:
    """Launch an agent for `task` in its turn; a base that is red or in doubt puts this off."""
    if not take_turn(transition, task):
        wait_for_turn(transition, task)
        return
    task = _without_closed_pull_request(transition, task)
    if transition.epic.base_red or transition.epic.known_base.in_doubt:
        _wait_for_base(transition, task)
    else:
        _launch(transition, task)


def _launch(transition: Transition, task: Task) -> None:
    task = settled(transition, task)
    run = set_aside(transition, task, _next_run(transition.epic, task, transition.now))
    if run is None:
        return
    request = task.pull_request
    transition.cancel_pending(work_on_task(task.number))
    # An update of its branch may be among what was cancelled.
    task = replace(task, fixes=replace(task.fixes, updated_head=None))
    timeout = transition.epic.settings.agent_timeout
    prompt = task_prompt(transition.epic, task, seconds_for(run, timeout, transition.terms))
    task = transition.update(
        task.with_run(run),
        status=TaskStatus.PROCESSING,
        merge_now=False,
        attempts=run.attempt,
        branch=run.branch,
        failure=None,
        needs_person=False,
        retry_at=None,
        due_at=None,
        started_at=task.started_at or transition.now,
        wait=Wait(kind=WaitKind.LAUNCH),
    )
    transition.emit(
        LaunchAgent(
            task=task.number,
            run=run.id,
            branch=run.branch,
            start_ref=run.start_ref,
            prompt=prompt,
            title=task.title,
            model=run.model,
            pull_request_url=request.url if request else None,
        )
    )
    transition.log(Notice(kind=NoticeKind.AGENT_LAUNCH, count=run.attempt), task.number)


def _next_run(epic: Epic, task: Task, now: datetime) -> AgentRun:
    attempt = task.attempts + 1
    run_id = _run_id(epic, task, attempt)
    branch = f"{branches_of(epic.issue_number, task.number)}{run_id[:6]}"
    return AgentRun(
        id=run_id,
        task_number=task.number,
        attempt=attempt,
        branch=task.branch if task.pull_request and task.branch else branch,
        start_ref=task.pushed_branch or epic.base,
        model=epic.model_for(task),
        requested_at=now,
    )


def _run_id(epic: Epic, task: Task, attempt: int) -> RunId:
    """Return the same id for the same attempt: a decision made twice launches once."""
    return RunId(str(uuid.uuid5(uuid.UUID(epic.token), f"{task.number}/{attempt}")))


def _wait_for_base(transition: Transition, task: Task) -> None:
    epic = transition.epic
    kind = WaitKind.BASE_RED if epic.base_red else WaitKind.BASE_IN_DOUBT
    transition.update(
        task,
        status=TaskStatus.PROCESSING,
        needs_person=False,
        retry_at=transition.in_seconds(RED_BASE_SECONDS),
        due_at=None,
        wait=Wait(
            kind=kind, branch=epic.base, checks=epic.base_red, unfinished=epic.known_base.unfinished
        ),
    )


def _without_closed_pull_request(transition: Transition, task: Task) -> Task:
    """Drop one a person closed, as nobody wants it: another agent starts from the base branch."""
    if task.pull_request is None or task.pull_request.is_open:
        return task
    give_up_pull_request(transition, task)
    return replace(
        task,
        pull_request=None,
        pull_request_number=None,
        pushed_branch=None,
        fixes=Fixes(queued_instruction=task.fixes.queued_instruction),
    )
