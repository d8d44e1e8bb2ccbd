"""Stopping an agent, and calling off what was asked for on the way to a merge."""

from dataclasses import replace

from bot.core.effects import (
    CancelMerge,
    StopAgent,
    all_about_pull_request,
    merge_of_pull_request,
    work_on_task,
)
from bot.core.model.identifiers import AgentStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.task import Task
from bot.core.transitions.transition import Transition


def stop(transition: Transition, task: Task) -> Task:
    """Cancel what was not sent for `task`, call its merge off, and stop its agent if at work."""
    transition.cancel_pending(work_on_task(task.number))
    task = cancel_merge(transition, task)
    run = task.run
    if run is None or run.status.is_final:
        return task
    if run.agent_id:
        transition.emit(StopAgent(run=run.id, agent_id=run.agent_id))
    stopped = replace(run, status=AgentStatus.STOPPED, stop_requested=True, ended_at=transition.now)
    return transition.update(task.with_run(stopped), retry_at=None, due_at=None)


def cancel_merge(transition: Transition, task: Task) -> Task:
    """Take it out of the merge queue and switch auto-merge off, where either is known of."""
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
    cancelled = request.with_merge(
        auto_merge_requested=False, cancelled=request.merge.cancelled + 1
    )
    return transition.update(
        task, pull_request=replace(cancelled, is_queued=False, auto_merge=False)
    )


def cancel_our_auto_merge(transition: Transition, task: Task) -> Task:
    """Take back the auto-merge that we asked for; a person's own stays."""
    request = task.pull_request
    if request is None or not request.merge.auto_merge_requested:
        return task
    transition.cancel_pending(merge_of_pull_request(request.number))
    transition.log(Notice(kind=NoticeKind.AUTO_MERGE_CANCELLED), task.number)
    # It may be on without our having seen it.
    request = replace(request, auto_merge=True)
    return cancel_merge(transition, transition.update(task, pull_request=request))


def give_up_pull_request(transition: Transition, task: Task) -> None:
    """Cancel all about the task's pull request: a later fetch must not take it for its own."""
    if task.pull_request_number is not None:
        transition.cancel_pending(all_about_pull_request(task.pull_request_number))
