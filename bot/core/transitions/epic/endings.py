"""How tasks end, and what that means for the epic."""

from dataclasses import replace
from itertools import takewhile
from typing import Any

from bot.core.effects import CloseReferencedIssue, DeleteBranch, TickBox
from bot.core.model.epic import Epic
from bot.core.model.identifiers import CommitSha, EpicStatus, Login, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Failure, Pause, PauseKind, Wait, WaitKind
from bot.core.model.reference import Reference
from bot.core.model.settings import OnFailure
from bot.core.model.task import Task
from bot.core.retry import delay
from bot.core.text.branches import is_ours
from bot.core.text.item_matching import is_alike
from bot.core.text.references import reference_of
from bot.core.transitions import mentions
from bot.core.transitions.agent_run.teardown import give_up_pull_request, stop
from bot.core.transitions.transition import Transition

# So many launches in a row may go unanswered without using up a retry.
FREE_LAUNCHES = 5


def ended(transition: Transition, task: Task, status: TaskStatus, **facts: Any) -> Task:
    """Store the task as ended with `status`, waiting for nothing."""
    return transition.update(
        task,
        status=status,
        wait=None,
        needs_person=False,
        merge_now=False,
        due_at=None,
        retry_at=None,
        ended_at=transition.now,
        **facts,
    )


def complete(
    transition: Transition, task: Task, sha: CommitSha | None, by: Login | None = None
) -> None:
    """Complete the task whose pull request was merged, `by` a person if not by us."""
    late = task.status in (TaskStatus.CANCELLED, TaskStatus.SKIPPED)
    merged = Notice(
        kind=NoticeKind.MERGED,
        by=None if task.status is TaskStatus.MERGING else by,
        task=task.number,
        sha=sha,
    )
    if task.pull_request is not None:
        request = replace(task.pull_request, is_queued=False, auto_merge=False)
        request = request.with_merge(auto_merge_requested=False)
        task = transition.update(task, pull_request=request)
    task = stop(transition, task)
    task = ended(transition, task, TaskStatus.COMPLETED, merge_sha=sha, failure=None, feedback=None)
    if not task.is_final_pull_request:
        # It is the base's head, so that nothing has to be asked at the next launch.
        known = replace(transition.epic.known_base, head=sha, in_doubt=False)
        transition.update_epic(known_base=known)
    transition.log(merged, task.number)
    mentions.merged(transition, task.number)
    give_up_pull_request(transition, task)
    _clean_up(transition, task)
    lift_pause(transition)
    if late:
        message = Message(kind=MessageKind.LATE_MERGE, notice=merged, task=task.number)
        transition.comment(message, f"late-merge:{task.number}:{sha}")


def _clean_up(transition: Transition, task: Task) -> None:
    if transition.epic.settings.delete_branch:
        for branch in _own_branches(transition.epic, task):
            transition.emit(DeleteBranch(branch=branch, is_head=branch == task.branch))
    if task.reference is not None:
        _close_reference(transition, task, task.reference)
    if _has_its_line(transition.epic, task):
        transition.emit(
            TickBox(
                task=task.number,
                title=task.line_title,
                same_title_before=task.same_title_before,
            )
        )


def _has_its_line(epic: Epic, task: Task) -> bool:
    """Whether its line is in the text, and says the same still: only then is its box ticked."""
    if task.is_final_pull_request or epic.referenced.are_tasks:
        return False
    if task.reference is not None and task.listed_title is not None:
        return reference_of(task.listed_title, epic.repository) == task.reference
    return is_alike(task.title, task.line_title)


def _close_reference(transition: Transition, task: Task, reference: Reference) -> None:
    """Close the issue that the task was about, where whoever approved its text may do that."""
    issue = transition.epic.referenced.find(reference)
    if issue is None or not issue.may_close:
        notice = Notice(kind=NoticeKind.REFERENCE_LEFT_OPEN, quote=reference.key)
        transition.log(notice, task.number)
        return
    transition.emit(
        CloseReferencedIssue(
            task=task.number, repository=reference.repository, issue=reference.number
        )
    )


def _own_branches(epic: Epic, task: Task) -> list[str]:
    """Return the task's branches that are ours to delete: those whose names we chose."""
    of_attempts = (run.branch for run in task.runs)
    found = dict.fromkeys((task.branch, task.pushed_branch, *of_attempts))
    of_epic = epic.base if task.is_final_pull_request and epic.has_epic_branch else None
    return [name for name in found if name and (is_ours(name) or name == of_epic)]


def launch_again(transition: Transition, task: Task, failure: Failure) -> None:
    """Launch once more after a launch that came to nothing; only many in a row use up retries."""
    lost = list(takewhile(lambda run: run.lost, reversed(task.runs)))
    if len(lost) > FREE_LAUNCHES:
        retry_or_fail(transition, task, failure)
        return
    seconds = delay(len(lost) - 1, f"{transition.epic.token}/{task.number}/{task.attempts}")
    retry_at = transition.in_seconds(seconds)
    wait = Wait(kind=WaitKind.RETRY, until=retry_at, failure=failure)
    transition.update(task, retry_at=retry_at, failure=failure, wait=wait)
    transition.log(Notice(kind=NoticeKind.LAUNCH_LOST, seconds=seconds), task.number)


def retry_or_fail(transition: Transition, task: Task, failure: Failure) -> None:
    """Retry the task after a while; fail it once its retries are used up."""
    retries = transition.epic.settings_for(task).retries
    if task.retries_used >= retries:
        fail(transition, task, replace(failure, attempts=task.attempts))
        return
    seconds = delay(task.retries_used, f"{transition.epic.token}/{task.number}/{task.attempts}")
    used, retry_at = task.retries_used + 1, transition.in_seconds(seconds)
    wait = Wait(kind=WaitKind.RETRY, retry=used, retries=retries, until=retry_at, failure=failure)
    transition.update(task, retries_used=used, retry_at=retry_at, failure=failure, wait=wait)
    notice = Notice(
        kind=NoticeKind.RETRY_SCHEDULED,
        failure=failure,
        count=used,
        limit=retries,
        seconds=seconds,
    )
    transition.log(notice, task.number)


def fail(transition: Transition, task: Task, failure: Failure) -> None:
    """Fail the task: `on_failure` says what becomes of the epic."""
    task = ended(transition, stop(transition, task), TaskStatus.FAILED, failure=failure)
    transition.log(Notice(kind=NoticeKind.TASK_FAILED, failure=failure), task.number)
    if transition.epic.status is not EpicStatus.ACTIVE:
        return
    match transition.epic.settings.on_failure:
        case OnFailure.PAUSE:
            pause(transition, Pause(kind=PauseKind.TASK_FAILED, task=task.number, failure=failure))
        case OnFailure.STOP:
            _stop_all_others(transition, task)
        case OnFailure.CONTINUE:
            notice = Notice(kind=NoticeKind.CONTINUED_AFTER_FAILURE, task=task.number)
            transition.log(notice)


def _stop_all_others(transition: Transition, failed: Task) -> None:
    for task in transition.epic.tasks:
        if not task.status.is_final:
            ended(transition, stop(transition, task), TaskStatus.CANCELLED)
    transition.log(Notice(kind=NoticeKind.STOPPED_AFTER_FAILURE, task=failed.number))
    end(transition, EpicStatus.FAILED)


def pause(transition: Transition, reason: Pause) -> None:
    """Pause the epic, and tell its starter why and what can be done.

    Whoever has asked for a pause after the running task has it now, whatever came first.
    """
    if transition.epic.pausing and reason.kind is not PauseKind.AFTER_TASK:
        reason = reason.held_for(transition.epic.pausing_by)
    transition.update_epic(status=EpicStatus.PAUSED, pausing=False, pausing_by=None, pause=reason)
    transition.log(Notice(kind=NoticeKind.PAUSED, pause=reason))
    mentions.paused(transition, reason)


def lift_pause(transition: Transition) -> None:
    """Continue once no task is failed any more, if only a failure had paused the epic."""
    reason = transition.epic.pause
    failed = any(task.status is TaskStatus.FAILED for task in transition.epic.tasks)
    if reason is not None and reason.ends_by_itself and not failed:
        transition.update_epic(status=EpicStatus.ACTIVE, pause=None)
        mentions.pause_ended(transition, reason)
        transition.log(Notice(kind=NoticeKind.CONTINUED))
        fetch_again(transition)


def fetch_again(transition: Transition) -> None:
    """Fetch tasks under way: what happened to them during a pause was not acted upon."""
    for task in list(transition.epic.under_way()):
        run = task.run if task.status is TaskStatus.PROCESSING else None
        at_work = run is not None and not run.status.is_final
        if task.due_at is None and task.retry_at is None and not at_work:
            transition.update(task, due_at=transition.now)


_ENDED = {
    EpicStatus.COMPLETED: NoticeKind.COMPLETED,
    EpicStatus.PARTIAL_COMPLETED: NoticeKind.PARTIALLY_COMPLETED,
    EpicStatus.FAILED: NoticeKind.EPIC_FAILED,
}


def end(transition: Transition, status: EpicStatus) -> None:
    """End the epic with `status`, and tell its starter, by name unless they did it themselves."""
    transition.update_epic(status=status, ended_at=transition.now)
    transition.log(Notice(kind=_ENDED[status]))
    starter = transition.epic.started_by
    to = starter if starter != transition.caused_by else None
    message = Message(kind=MessageKind.COMPLETED, to=to)
    transition.comment(message, f"ended:{transition.now.isoformat()}")
