"""Agents: launched, sent back to work, stopped."""

import uuid
from dataclasses import replace

from bot.core.commands import PREFIX
from bot.core.effects import (
    CancelMerge,
    FetchWork,
    LaunchAgent,
    SendFollowUp,
    StopAgent,
    all_about_pull_request,
    merge_of_pull_request,
    work_on_task,
)
from bot.core.model.epic import AgentRun, Epic, Fixes, Task
from bot.core.model.identifiers import AgentStatus, RunId, TaskStatus
from bot.core.prompts.task_prompt import follow_up_prompt, task_prompt
from bot.core.transitions.transition import Transition

RED_BASE_SECONDS = 60.0


def launch(transition: Transition, task: Task) -> None:
    """Ask for an agent for `task`: on its pull request, its pushed branch, or the base.

    While the base is red, this is put off.
    """
    task = _without_closed_pull_request(transition, task)
    if transition.epic.base_red is not None:
        _wait_for_green(transition, task, transition.epic.base_red)
        return
    run, request = _next_run(transition.epic, task), task.pull_request
    transition.cancel_pending(work_on_task(task.number))
    # An update of its branch may be among that.
    task = replace(task, fixes=replace(task.fixes, updated_head=None))
    prompt = task_prompt(transition.epic, task)
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
        waiting_for="an agent to be launched",
    )
    transition.emit(
        LaunchAgent(
            task=task.number,
            run=run.id,
            branch=run.branch,
            start_ref=run.start_ref,
            prompt=prompt,
            title=task.title,
            model=transition.epic.settings.model_for_all,
            pull_request_url=request.url if request else None,
        )
    )
    transition.log(f"launching an agent (attempt {run.attempt})", task.number)


def _next_run(epic: Epic, task: Task) -> AgentRun:
    attempt = task.attempts + 1
    run_id = _run_id(epic, task, attempt)
    branch = f"orchestra/epic-{epic.issue_number}/task-{task.number}-{run_id[:6]}"
    return AgentRun(
        id=run_id,
        task_number=task.number,
        attempt=attempt,
        branch=task.branch if task.pull_request and task.branch else branch,
        start_ref=task.pushed_branch or epic.base,
    )


def _wait_for_green(transition: Transition, task: Task, red: str) -> None:
    fails = "checks {} fail" if "”, “" in red else "check {} fails"
    reason = (
        f"`{transition.epic.base}` to be green again, where {fails.format(red)}; a fix or a re-run"
        f" of the check gets past it, `{PREFIX} skip {task.number}` leaves it out"
    )
    transition.update(
        task,
        status=TaskStatus.PROCESSING,
        needs_person=False,
        retry_at=transition.in_seconds(RED_BASE_SECONDS),
        due_at=None,
        waiting_for=reason,
    )


def _run_id(epic: Epic, task: Task, attempt: int) -> RunId:
    """The same for the same attempt, unlike any other: a decision made twice launches once."""
    return RunId(str(uuid.uuid5(uuid.UUID(epic.token), f"{task.number}/{attempt}")))


def follow_up_marker(run: AgentRun) -> str:
    """What stands in the run's latest follow-up, and nowhere else."""
    return f"orchestra:{run.id}:{run.prompt_index}"


def begin_again(transition: Transition, task: Task) -> None:
    """Send the task's agent back to it; without an agent that can be spoken to, launch one.

    Nobody is to merge meanwhile, nor what comes of it without its being judged.
    """
    task = switch_auto_merge_off(transition, task)
    run = task.run
    agent = run.agent_id if run and not run.lost else None
    closed = task.pull_request is not None and not task.pull_request.is_open
    if closed or run is None or agent is None or run.status is not AgentStatus.FINISHED:
        launch(transition, task)
        return
    awake = replace(
        run,
        prompt_index=run.prompt_index + 1,
        prompted_at=transition.now,
        status=AgentStatus.CREATING,
        running_since_prompt=False,
        ended_at=None,
        deadline=None,
    )
    marker = follow_up_marker(awake)
    effect = SendFollowUp(
        task=task.number,
        run=run.id,
        agent_id=agent,
        prompt_index=awake.prompt_index,
        prompt=follow_up_prompt(transition.epic, task, marker),
        marker=marker,
        known_cursor_run_id=run.cursor_run_id,
    )
    task = transition.update(
        task.with_run(awake),
        status=TaskStatus.PROCESSING,
        merge_now=False,
        failure=None,
        needs_person=False,
        retry_at=None,
        due_at=None,
        waiting_for="the agent to take the follow-up",
    )
    transition.emit(effect)
    transition.log("sending the agent back to its work", task.number)


def _without_closed_pull_request(transition: Transition, task: Task) -> Task:
    """What a person closed was not wanted: another agent starts from the base branch."""
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


def give_up_pull_request(transition: Transition, task: Task) -> None:
    """Have fetches still to come not take a pull request that was given up for the task's own."""
    if task.pull_request_number is not None:
        transition.cancel_pending(all_about_pull_request(task.pull_request_number))


def stop(transition: Transition, task: Task) -> Task:
    """Withdraw what was not sent for `task`, call its merge off, and stop its agent if at work."""
    transition.cancel_pending(work_on_task(task.number))
    task = call_off(transition, task)
    run = task.run
    if run is None or run.status.is_final:
        return task
    if run.agent_id:
        transition.emit(StopAgent(run=run.id, agent_id=run.agent_id))
    stopped = replace(run, status=AgentStatus.STOPPED, stop_requested=True, ended_at=transition.now)
    return transition.update(task.with_run(stopped), retry_at=None, due_at=None)


def call_off(transition: Transition, task: Task) -> Task:
    """Take it out of the merge queue, and switch auto-merge off, where either is known of."""
    request = task.pull_request
    if request is None or not (request.is_queued or request.auto_merge):
        return task
    transition.emit(
        CancelMerge(
            number=request.number,
            node_id=request.node_id,
            is_queued=request.is_queued,
            auto_merge=request.auto_merge,
        )
    )
    count = request.called_off + 1
    request = replace(
        request, is_queued=False, auto_merge=False, auto_merge_requested=False, called_off=count
    )
    return transition.update(task, pull_request=request)


def switch_auto_merge_off(transition: Transition, task: Task) -> Task:
    """Take back what we left to GitHub; what a person left to it is theirs."""
    request = task.pull_request
    if request is None or not request.auto_merge_requested:
        return task
    transition.cancel_pending(merge_of_pull_request(request.number))
    transition.log("GitHub is no longer to merge it by itself", task.number)
    # It may be on without our having seen it.
    request = replace(request, auto_merge=True)
    return call_off(transition, transition.update(task, pull_request=request))


def fetch_work(
    transition: Transition, task: Task, run: AgentRun, pull_request: int | None = None
) -> None:
    """Ask what the run's agent left on GitHub; `pull_request` is the one that it speaks of."""
    transition.emit(
        FetchWork(
            task=task.number,
            run=run.id,
            branch=run.branch,
            base=transition.epic.base_of(task),
            pull_request=task.pull_request_number or pull_request,
        )
    )
