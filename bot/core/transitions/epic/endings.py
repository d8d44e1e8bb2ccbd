"""How tasks end, and what that means for the epic."""

from dataclasses import replace
from typing import Any

from bot.core.effects import CloseIssue, DeleteBranch, OpenPullRequest, TickBox
from bot.core.model.epic import FINAL_PULL_REQUEST, Epic, PauseCause, Task
from bot.core.model.identifiers import CommitSha, EpicStatus, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.settings import OnFailure
from bot.core.retry import delay
from bot.core.transitions.agent_run.launch import (
    begin_again,
    give_up_pull_request,
    launch,
    stop,
)
from bot.core.transitions.transition import Transition, sentence


def ended(transition: Transition, task: Task, status: TaskStatus, **facts: Any) -> Task:
    """Store the task as ended that way: it waits for nothing any more."""
    return transition.update(
        task,
        status=status,
        waiting_for=None,
        needs_person=False,
        merge_now=False,
        due_at=None,
        retry_at=None,
        ended_at=transition.now,
        **facts,
    )


def complete(
    transition: Transition, task: Task, sha: CommitSha | None, by: str | None = None
) -> None:
    """The task's pull request is merged, `by` a person if not by us: tidy up behind it."""
    by = None if task.status is TaskStatus.MERGING else by
    late = task.status in (TaskStatus.CANCELLED, TaskStatus.SKIPPED)
    if task.pull_request is not None:
        merged = replace(
            task.pull_request, is_queued=False, auto_merge=False, auto_merge_requested=False
        )
        task = transition.update(task, pull_request=merged)
    task = stop(transition, task)
    task = ended(transition, task, TaskStatus.COMPLETED, merge_sha=sha, failure=None, feedback=None)
    transition.log(
        f"merged{f' by @{by}' if by else ''} at {sha or 'an unknown commit'}", task.number
    )
    give_up_pull_request(transition, task)
    _tidy_up(transition, task)
    lift_pause(transition)
    if late:
        text = f"The merge of {task.name} was already on its way, merged at {sha}."
        message = Message(kind=MessageKind.LATE_MERGE, text=text, task=task.number)
        transition.comment(message, f"late-merge:{task.number}:{sha}")


def _tidy_up(transition: Transition, task: Task) -> None:
    if transition.epic.settings.delete_branch:
        for branch in dict.fromkeys((task.branch, task.pushed_branch)):
            if branch is not None:
                transition.emit(DeleteBranch(branch=branch))
    if not task.is_final_pull_request:
        transition.emit(
            TickBox(task=task.number, title=task.title, same_title_before=task.same_title_before)
        )


def fail(transition: Transition, task: Task, reason: str) -> None:
    """The task cannot go on by itself: `on_failure` says what becomes of the epic."""
    task = ended(transition, stop(transition, task), TaskStatus.FAILED, failure=reason)
    transition.log(f"failed: {reason}", task.number)
    if transition.epic.status is not EpicStatus.ACTIVE:
        return
    match transition.epic.settings.on_failure:
        case OnFailure.PAUSE:
            _pause_for(transition, task, reason)
        case OnFailure.STOP:
            _stop_for(transition, task)
        case OnFailure.CONTINUE:
            transition.log("going on with the other tasks, as `on_failure` says")


def _stop_for(transition: Transition, failed: Task) -> None:
    for task in transition.epic.tasks:
        if not task.status.is_final:
            ended(transition, stop(transition, task), TaskStatus.CANCELLED)
    transition.log(f"stopped, as task {failed.number} failed")
    _end(transition, EpicStatus.FAILED)


def _pause_for(transition: Transition, task: Task, reason: str) -> None:
    transition.update_epic(
        status=EpicStatus.PAUSED,
        pausing=False,
        pause_cause=PauseCause.FAILURE,
        pause_reason=f"{task.name} failed: {reason}",
    )
    transition.log("paused, as a task failed")
    say_paused(transition, f"{sentence(task.name)} failed: {reason}", task.number)


def say_paused(transition: Transition, text: str, task: int | None = None) -> None:
    """Tell the epic's starter, in a new comment, that it is paused, and the ways on."""
    message = Message(kind=MessageKind.PAUSED, to=transition.epic.started_by, text=text, task=task)
    transition.comment(message, f"paused:{transition.now.isoformat()}")


def lift_pause(transition: Transition) -> None:
    """Go on by itself once nothing is left of the failures that paused the epic."""
    failed = any(task.status is TaskStatus.FAILED for task in transition.epic.tasks)
    if transition.epic.pause_cause is PauseCause.FAILURE and not failed:
        transition.update_epic(status=EpicStatus.ACTIVE, pause_cause=None, pause_reason=None)
        transition.log("going on, as no task is failed any more")
        fetch_again(transition)


def fetch_again(transition: Transition) -> None:
    """What happened to tasks during a pause was not acted upon: look at them now."""
    for task in list(transition.epic.under_way()):
        run = task.run if task.status is TaskStatus.PROCESSING else None
        at_work = run is not None and not run.status.is_final
        if task.due_at is None and task.retry_at is None and not at_work:
            transition.update(task, due_at=transition.now)


def retry_or_fail(transition: Transition, task: Task, reason: str) -> None:
    """Try again by itself while retries last; back off between."""
    retries = transition.epic.settings.retries
    if task.retries_used >= retries:
        tries = f"{task.attempts} attempts" if task.attempts > 1 else "the only attempt"
        fail(transition, task, f"{reason} ({tries})")
        return
    seconds = delay(task.retries_used, f"{transition.epic.token}/{task.number}/{task.attempts}")
    used = task.retries_used + 1
    retry_at = transition.in_seconds(seconds)
    waiting = f"retry {used} of {retries} at {retry_at:%H:%M:%S} UTC ({reason})"
    transition.update(
        task, retries_used=used, retry_at=retry_at, failure=reason, waiting_for=waiting
    )
    transition.log(f"{reason}; retry {used} of {retries} in {seconds:.0f} s", task.number)


def go_on(transition: Transition) -> None:
    """In an active epic, launch the next task, or end or pause the epic when there is none."""
    epic = transition.epic
    if epic.status is not EpicStatus.ACTIVE or any(epic.under_way()) or not epic.base_is_ready:
        return
    if epic.pausing:
        transition.update_epic(
            status=EpicStatus.PAUSED,
            pausing=False,
            pause_cause=PauseCause.PERSON,
            pause_reason="paused after the running task, as asked",
        )
        transition.log("paused, the running task being done")
        say_paused(transition, "The running task has come to its end, as asked.")
        return
    pending = epic.next_task()
    if pending is None:
        _end_or_bring_home(transition)
    elif epic.base_red is None:
        # One that had failed is taken up where it was left.
        left = pending.failure or pending.feedback
        (begin_again if left else launch)(transition, pending)


def _end_or_bring_home(transition: Transition) -> None:
    epic = transition.epic
    done = all(task.status is TaskStatus.COMPLETED for task in epic.tasks)
    if not done:
        _end(transition, EpicStatus.PARTIAL_COMPLETED)
    elif epic.has_epic_branch and not _is_home(epic):
        forget_final_pull_request(transition)
        _bring_home(transition)
    else:
        _end(transition, EpicStatus.COMPLETED)
        transition.emit(CloseIssue())


def _is_home(epic: Epic) -> bool:
    """Whether everything in the epic's branch has come to the default branch."""
    final = epic.task(FINAL_PULL_REQUEST)
    if final is None or final.ended_at is None:
        return False
    later = (
        task.merge_sha and task.ended_at and task.ended_at > final.ended_at for task in epic.tasks
    )
    return not any(later)


def forget_final_pull_request(transition: Transition) -> None:
    """Another is opened once every task is in the epic's branch."""
    if (final := transition.epic.task(FINAL_PULL_REQUEST)) is not None:
        give_up_pull_request(transition, final)
    tasks = tuple(task for task in transition.epic.tasks if not task.is_final_pull_request)
    transition.update_epic(tasks=tasks)


def _bring_home(transition: Transition) -> None:
    """Every task is in the epic's branch: one pull request brings them to the default branch."""
    epic = transition.epic
    task = Task(
        number=FINAL_PULL_REQUEST,
        title=epic.title,
        status=TaskStatus.PR_OPEN,
        branch=epic.base,
        started_at=transition.now,
        waiting_for=f"the pull request to `{epic.default_branch}` to be opened",
    )
    transition.update_epic(tasks=(task, *epic.tasks))
    transition.emit(OpenPullRequest(task=task.number, branch=epic.base, base=epic.default_branch))
    transition.log(f"opening the pull request to {epic.default_branch}")


_ENDED = {
    EpicStatus.COMPLETED: "completed",
    EpicStatus.PARTIAL_COMPLETED: "ended; not every task was done",
    EpicStatus.FAILED: "failed",
}


def _end(transition: Transition, status: EpicStatus) -> None:
    transition.update_epic(status=status, ended_at=transition.now)
    transition.log(_ENDED[status])
    message = Message(kind=MessageKind.COMPLETED, to=transition.epic.started_by)
    transition.comment(message, f"ended:{transition.now.isoformat()}")
