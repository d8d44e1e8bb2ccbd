"""A merge that went into another branch than the epic's: never done, and taken back if ours."""

from dataclasses import replace

from bot.core.effects import OpenRevert
from bot.core.model.identifiers import CommitSha, EpicStatus, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind
from bot.core.model.task import Task
from bot.core.transitions.agent_run.teardown import stop
from bot.core.transitions.epic.endings import ended, pause
from bot.core.transitions.transition import Transition


def merged_elsewhere(
    transition: Transition, task: Task, base: str, sha: CommitSha | None, *, by_us: bool
) -> None:
    """Fail the task and pause the epic, whatever `on_failure` says; offer to revert our merge."""
    request = task.pull_request
    failure = Failure(
        kind=FailureKind.MERGED_ELSEWHERE,
        pull_request=task.pull_request_number,
        branch=base,
        expected_branch=transition.epic.base_of(task),
        sha=sha,
    )
    if by_us and request is not None:
        transition.emit(
            OpenRevert(
                task=task.number,
                number=request.number,
                node_id=request.node_id,
                head_branch=request.head_branch,
                title=task.title,
            )
        )
    if task.status in (TaskStatus.CANCELLED, TaskStatus.SKIPPED):
        notice = Notice(kind=NoticeKind.TASK_FAILED, failure=failure, task=task.number)
        message = Message(kind=MessageKind.LATE_MERGE, notice=notice, task=task.number)
        transition.comment(message, f"late-merge:{task.number}:{sha}")
    elif task.failure is None or task.failure.kind is not failure.kind:
        _fail(transition, task, failure)


def _fail(transition: Transition, task: Task, failure: Failure) -> None:
    task = stop(transition, task)
    closed = task.pull_request and replace(task.pull_request, is_open=False, is_merged=True)
    task = ended(transition, task, TaskStatus.FAILED, failure=failure, pull_request=closed)
    transition.log(Notice(kind=NoticeKind.TASK_FAILED, failure=failure), task.number)
    epic = transition.epic
    reason = Pause(kind=PauseKind.TASK_FAILED, task=task.number, failure=failure)
    if epic.status is EpicStatus.ACTIVE:
        pause(transition, reason)
    elif epic.pause is not None and (epic.pause.kind, epic.pause.task) == (
        reason.kind,
        reason.task,
    ):
        transition.update_epic(pause=replace(epic.pause, failure=failure))
