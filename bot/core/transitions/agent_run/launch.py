"""Agents: launched, sent back to work, stopped."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

from bot.core.commands import PREFIX
from bot.core.effects import CallOffMerge, LaunchAgent, LookAtWork, SendFollowUp, StopAgent
from bot.core.model.epic import AgentRun, Epic, Fixes, PullRequest, Task
from bot.core.model.identifiers import AgentStatus, RunId, TaskStatus
from bot.core.prompts.task_prompt import follow_up_prompt, task_prompt
from bot.core.transitions.transition import Turn

RED_BASE_SECONDS = 60.0


def launch(turn: Turn, task: Task) -> None:
    """Ask for an agent for `task`: on its pull request, its pushed branch, or the base.

    While the base is red, this is put off.
    """
    task = _without_closed_pull_request(turn, task)
    if turn.epic.base_red is not None:
        _wait_for_green(turn, task, turn.epic.base_red)
        return
    run, request = _next_run(turn.epic, task), task.pull_request
    turn.withdraw(_sendable(task))
    prompt = task_prompt(turn.epic, task)
    task = turn.put(
        task.with_run(run),
        status=TaskStatus.PROCESSING,
        merge_now=False,
        attempts=run.attempt,
        branch=run.branch,
        failure=None,
        needs_person=False,
        retry_at=None,
        look_at=None,
        started_at=task.started_at or turn.now,
        waiting_for="an agent to be launched",
    )
    turn.ask(
        LaunchAgent(
            task=task.number,
            run=run.id,
            branch=run.branch,
            start_ref=run.start_ref,
            prompt=prompt,
            title=task.title,
            model=turn.epic.settings.model_for_all,
            pull_request_url=request.url if request else None,
        )
    )
    turn.log(f"launching an agent (attempt {run.attempt})", task.number)


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


def _wait_for_green(turn: Turn, task: Task, red: str) -> None:
    fails = "checks {} fail" if "”, “" in red else "check {} fails"
    reason = (
        f"`{turn.epic.base}` to be green again, where {fails.format(red)}; a fix or a re-run"
        f" of the check gets past it, `{PREFIX} skip {task.number}` leaves it out"
    )
    turn.put(
        task,
        status=TaskStatus.PROCESSING,
        needs_person=False,
        retry_at=turn.in_seconds(RED_BASE_SECONDS),
        look_at=None,
        waiting_for=reason,
    )


def _run_id(epic: Epic, task: Task, attempt: int) -> RunId:
    """The same for the same attempt, unlike any other: a decision made twice launches once."""
    return RunId(str(uuid.uuid5(uuid.UUID(epic.token), f"{task.number}/{attempt}")))


def follow_up_marker(run: AgentRun) -> str:
    """What stands in the run's latest follow-up, and nowhere else."""
    return f"orchestra:{run.id}:{run.turn}"


def begin_again(turn: Turn, task: Task) -> None:
    """Send the task's agent back to it; without an agent that can be spoken to, launch one.

    Nobody is to merge meanwhile, nor what comes of it without its being judged.
    """
    task = switch_auto_merge_off(turn, task)
    run = task.run
    agent = run.agent_id if run and not run.lost else None
    closed = task.pull_request is not None and not task.pull_request.is_open
    if closed or run is None or agent is None or run.status is not AgentStatus.FINISHED:
        launch(turn, task)
        return
    awake = replace(
        run,
        turn=run.turn + 1,
        turn_at=turn.now,
        status=AgentStatus.CREATING,
        running_since_turn=False,
        ended_at=None,
        deadline=None,
    )
    marker = follow_up_marker(awake)
    effect = SendFollowUp(
        run=run.id,
        agent_id=agent,
        turn=awake.turn,
        prompt=follow_up_prompt(turn.epic, task, marker),
        marker=marker,
        known_cursor_run_id=run.cursor_run_id,
    )
    task = turn.put(
        task.with_run(awake),
        status=TaskStatus.PROCESSING,
        merge_now=False,
        failure=None,
        needs_person=False,
        retry_at=None,
        look_at=None,
        waiting_for="the agent to take the follow-up",
    )
    turn.ask(effect)
    turn.log("sending the agent back to its work", task.number)


def _without_closed_pull_request(turn: Turn, task: Task) -> Task:
    """What a person closed was not wanted: another agent starts from the base branch."""
    if task.pull_request is None or task.pull_request.is_open:
        return task
    look_no_more(turn, task)
    return replace(
        task,
        pull_request=None,
        pull_request_number=None,
        pushed_branch=None,
        fixes=Fixes(wanted=task.fixes.wanted),
    )


def look_no_more(turn: Turn, task: Task) -> None:
    """Have looks still to come not take a pull request that was given up for the task's own."""
    turn.withdraw([f"look-pull-request:{task.pull_request_number}"])


def stop(turn: Turn, task: Task) -> Task:
    """Withdraw what was not sent for `task`, call its merge off, and stop its agent if at work."""
    turn.withdraw(_sendable(task))
    turn.withdraw(_preparing(task))
    task = call_off(turn, task)
    run = task.run
    if run is None or run.status.is_final:
        return task
    if run.agent_id:
        turn.ask(StopAgent(run=run.id, agent_id=run.agent_id))
    stopped = replace(run, status=AgentStatus.STOPPED, stop_requested=True, ended_at=turn.now)
    return turn.put(task.with_run(stopped), retry_at=None, look_at=None)


def call_off(turn: Turn, task: Task) -> Task:
    """Take it out of the merge queue, and switch auto-merge off, where either is known of."""
    request = task.pull_request
    if request is None or not (request.is_queued or request.auto_merge):
        return task
    turn.ask(
        CallOffMerge(
            number=request.number,
            node_id=request.node_id,
            is_queued=request.is_queued,
            auto_merge=request.auto_merge,
        )
    )
    count = request.called_off + 1
    request = replace(
        request, is_queued=False, auto_merge=False, left_to_github=False, called_off=count
    )
    return turn.put(task, pull_request=request)


def switch_auto_merge_off(turn: Turn, task: Task) -> Task:
    """Take back what we left to GitHub; what a person left to it is theirs."""
    request = task.pull_request
    if request is None or not request.left_to_github:
        return task
    turn.withdraw(merge_keys(request))
    turn.log("GitHub is no longer to merge it by itself", task.number)
    # It may be on without our having seen it.
    request = replace(request, auto_merge=True)
    return call_off(turn, turn.put(task, pull_request=request))


def _sendable(task: Task) -> Iterator[str]:
    if run := task.run:
        yield f"launch:{run.id}"
        yield f"follow-up:{run.id}:{run.turn}"
    if branch := task.pushed_branch or task.branch:
        yield f"open-pull-request:{branch}"
    if request := task.pull_request:
        yield from merge_keys(request)
        yield f"mark-ready:{request.number}"


def merge_keys(request: PullRequest) -> Iterator[str]:
    """The keys under which the merge of the head that was judged is asked for."""
    for what in ("merge", "auto-merge"):
        yield f"{what}:{request.number}:{request.head_sha}:{request.merge_attempt}"


def _preparing(task: Task) -> Iterator[str]:
    """What makes a pull request ready to be merged."""
    if request := task.pull_request:
        yield f"update-branch:{request.number}"
        yield f"pull-request-body:{request.number}"
        yield f"rerun:{task.number}:{request.head_sha}"


def look_at_work(turn: Turn, task: Task, run: AgentRun, pull_request: int | None = None) -> None:
    """Ask what the run's agent left on GitHub; `pull_request` is the one that it speaks of."""
    turn.ask(
        LookAtWork(
            task=task.number,
            run=run.id,
            branch=run.branch,
            base=turn.epic.base_of(task),
            pull_request=task.pull_request_number or pull_request,
        )
    )
