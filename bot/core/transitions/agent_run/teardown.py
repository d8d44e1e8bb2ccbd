"""Stopping an agent, and calling off what was asked for on the way to a merge."""

from collections.abc import Iterator
from dataclasses import replace

from bot.core.effects import CancelMerge, StopAgent
from bot.core.model.identifiers import AgentStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.pull_request import PullRequest
from bot.core.model.task import Task
from bot.core.transitions.transition import Transition


def stop(transition: Transition, task: Task) -> Task:
    """Cancel what was not sent for `task`, call its merge off, and stop its agent if at work."""
    cancel_sendable(transition, task)
    transition.cancel_pending(_preparing(task))
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
    transition.cancel_pending(merge_keys(request))
    transition.log(Notice(kind=NoticeKind.AUTO_MERGE_CANCELLED), task.number)
    # It may be on without our having seen it.
    request = replace(request, auto_merge=True)
    return cancel_merge(transition, transition.update(task, pull_request=request))


def cancel_fetches(transition: Transition, task: Task) -> None:
    """Keep a later fetch from taking a pull request that was given up for the task's own."""
    transition.cancel_pending([f"look-pull-request:{task.pull_request_number}"])


def cancel_sendable(transition: Transition, task: Task) -> None:
    """Cancel the launch, follow-up, pull request or merge that was not sent yet."""
    transition.cancel_pending(_sendable(task))


def _sendable(task: Task) -> Iterator[str]:
    if run := task.run:
        yield f"launch:{run.id}"
        yield f"follow-up:{run.id}:{run.prompt_index}"
    if branch := task.pushed_branch or task.branch:
        yield f"open-pull-request:{branch}"
    if request := task.pull_request:
        yield from merge_keys(request)
        yield f"mark-ready:{request.number}"


def merge_keys(request: PullRequest) -> Iterator[str]:
    """Yield the keys under which the merge of the head that was judged is asked for."""
    for what in ("merge", "auto-merge"):
        yield f"{what}:{request.number}:{request.head_sha}:{request.merge.number}"


def _preparing(task: Task) -> Iterator[str]:
    """Yield the keys of what makes a pull request ready to be merged."""
    if request := task.pull_request:
        yield f"update-branch:{request.number}"
        yield f"pull-request-body:{request.number}"
        yield f"rerun:{task.number}:{request.head_sha}"
