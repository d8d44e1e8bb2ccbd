"""What GitHub's merge queue took in: the rest is its business."""

from dataclasses import replace

from bot.core.events import Enqueued
from bot.core.model.identifiers import TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Wait, WaitKind
from bot.core.transitions.pull_request.auto_merge import cancel_if_unwanted
from bot.core.transitions.pull_request.waiting import FETCH_SECONDS
from bot.core.transitions.transition import Transition


def enqueued(transition: Transition, event: Enqueued) -> None:
    """Remember that it is in the merge queue, where the rest is GitHub's."""
    task = transition.epic.task(event.task)
    if task is None or task.pull_request is None:
        return
    task = transition.update(task, pull_request=replace(task.pull_request, is_queued=True))
    transition.log(Notice(kind=NoticeKind.MERGE_QUEUED), task.number)
    if task.status is TaskStatus.MERGING:
        transition.update(
            task,
            wait=Wait(kind=WaitKind.MERGE_QUEUE),
            due_at=transition.in_seconds(FETCH_SECONDS[0]),
        )
    else:
        cancel_if_unwanted(transition, task)
