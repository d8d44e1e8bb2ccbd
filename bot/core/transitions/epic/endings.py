"""How tasks end, and what that means for the epic."""

from dataclasses import replace
from typing import Any

from bot.core.effects import CloseIssue, DeleteBranch, OpenPullRequest, TickBox
from bot.core.model.epic import FINAL_PULL_REQUEST, Epic, PauseCause, Task
from bot.core.model.identifiers import CommitSha, EpicStatus, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.settings import OnFailure
from bot.core.retry import delay
from bot.core.transitions.agent_run.launch import begin_again, launch, look_no_more, stop
from bot.core.transitions.transition import Turn, sentence


def ended(turn: Turn, task: Task, status: TaskStatus, **facts: Any) -> Task:
    """Store the task as ended that way: it waits for nothing any more."""
    return turn.put(
        task,
        status=status,
        waiting_for=None,
        needs_person=False,
        merge_now=False,
        look_at=None,
        retry_at=None,
        ended_at=turn.now,
        **facts,
    )


def complete(turn: Turn, task: Task, sha: CommitSha | None, by: str | None = None) -> None:
    """The task's pull request is merged, `by` a person if not by us: tidy up behind it."""
    by = None if task.status is TaskStatus.MERGING else by
    late = task.status in (TaskStatus.CANCELLED, TaskStatus.SKIPPED)
    if task.pull_request is not None:
        merged = replace(task.pull_request, is_queued=False, auto_merge=False, left_to_github=False)
        task = turn.put(task, pull_request=merged)
    task = stop(turn, task)
    task = ended(turn, task, TaskStatus.COMPLETED, merge_sha=sha, failure=None, feedback=None)
    turn.log(f"merged{f' by @{by}' if by else ''} at {sha or 'an unknown commit'}", task.number)
    if task.pull_request and task.pull_request.merge_uuid:
        turn.withdraw(iter([f"look-merge:{task.pull_request.merge_uuid}"]))
    _tidy_up(turn, task)
    lift_pause(turn)
    if late:
        text = f"The merge of {task.name} was already on its way, merged at {sha}."
        message = Message(kind=MessageKind.LATE_MERGE, text=text, task=task.number)
        turn.say(message, f"late-merge:{task.number}:{sha}")


def _tidy_up(turn: Turn, task: Task) -> None:
    if turn.epic.settings.delete_branch:
        for branch in dict.fromkeys((task.branch, task.pushed_branch)):
            if branch is not None:
                turn.ask(DeleteBranch(branch=branch))
    if not task.is_final_pull_request:
        turn.ask(
            TickBox(task=task.number, title=task.title, same_title_before=task.same_title_before)
        )


def fail(turn: Turn, task: Task, reason: str) -> None:
    """The task cannot go on by itself: `on_failure` says what becomes of the epic."""
    task = ended(turn, stop(turn, task), TaskStatus.FAILED, failure=reason)
    turn.log(f"failed: {reason}", task.number)
    if turn.epic.status is not EpicStatus.ACTIVE:
        return
    match turn.epic.settings.on_failure:
        case OnFailure.PAUSE:
            _pause_for(turn, task, reason)
        case OnFailure.STOP:
            _stop_for(turn, task)
        case OnFailure.CONTINUE:
            turn.log("going on with the other tasks, as `on_failure` says")


def _stop_for(turn: Turn, failed: Task) -> None:
    for task in turn.epic.tasks:
        if not task.status.is_final:
            ended(turn, stop(turn, task), TaskStatus.CANCELLED)
    turn.log(f"stopped, as task {failed.number} failed")
    _end(turn, EpicStatus.FAILED)


def _pause_for(turn: Turn, task: Task, reason: str) -> None:
    turn.change(
        status=EpicStatus.PAUSED,
        pausing=False,
        pause_cause=PauseCause.FAILURE,
        pause_reason=f"{task.name} failed: {reason}",
    )
    turn.log("paused, as a task failed")
    say_paused(turn, f"{sentence(task.name)} failed: {reason}", task.number)


def say_paused(turn: Turn, text: str, task: int | None = None) -> None:
    """Tell the epic's starter, in a new comment, that it is paused, and the ways on."""
    message = Message(kind=MessageKind.PAUSED, to=turn.epic.started_by, text=text, task=task)
    turn.say(message, f"paused:{turn.now.isoformat()}")


def lift_pause(turn: Turn) -> None:
    """Go on by itself once nothing is left of the failures that paused the epic."""
    failed = any(task.status is TaskStatus.FAILED for task in turn.epic.tasks)
    if turn.epic.pause_cause is PauseCause.FAILURE and not failed:
        turn.change(status=EpicStatus.ACTIVE, pause_cause=None, pause_reason=None)
        turn.log("going on, as no task is failed any more")
        look_again(turn)


def look_again(turn: Turn) -> None:
    """What happened to tasks during a pause was not acted upon: look at them now."""
    for task in list(turn.epic.under_way()):
        run = task.run if task.status is TaskStatus.PROCESSING else None
        at_work = run is not None and not run.status.is_final
        if task.look_at is None and task.retry_at is None and not at_work:
            turn.put(task, look_at=turn.now)


def retry_or_fail(turn: Turn, task: Task, reason: str) -> None:
    """Try again by itself while retries last; back off between."""
    retries = turn.epic.settings.retries
    if task.retries_used >= retries:
        tries = f"{task.attempts} attempts" if task.attempts > 1 else "the only attempt"
        fail(turn, task, f"{reason} ({tries})")
        return
    seconds = delay(task.retries_used, f"{turn.epic.token}/{task.number}/{task.attempts}")
    used = task.retries_used + 1
    retry_at = turn.in_seconds(seconds)
    waiting = f"retry {used} of {retries} at {retry_at:%H:%M:%S} UTC ({reason})"
    turn.put(task, retries_used=used, retry_at=retry_at, failure=reason, waiting_for=waiting)
    turn.log(f"{reason}; retry {used} of {retries} in {seconds:.0f} s", task.number)


def go_on(turn: Turn) -> None:
    """In an active epic, launch the next task, or end or pause the epic when there is none."""
    epic = turn.epic
    if epic.status is not EpicStatus.ACTIVE or any(epic.under_way()) or not epic.base_is_ready:
        return
    if epic.pausing:
        turn.change(
            status=EpicStatus.PAUSED,
            pausing=False,
            pause_cause=PauseCause.PERSON,
            pause_reason="paused after the running task, as asked",
        )
        turn.log("paused, the running task being done")
        say_paused(turn, "The running task has come to its end, as asked.")
        return
    pending = epic.next_task()
    if pending is None:
        _end_or_bring_home(turn)
    elif epic.base_red is None:
        # One that had failed is taken up where it was left.
        left = pending.failure or pending.feedback
        (begin_again if left else launch)(turn, pending)


def _end_or_bring_home(turn: Turn) -> None:
    epic = turn.epic
    done = all(task.status is TaskStatus.COMPLETED for task in epic.tasks)
    if not done:
        _end(turn, EpicStatus.PARTIAL_COMPLETED)
    elif epic.has_epic_branch and not _is_home(epic):
        forget_final_pull_request(turn)
        _bring_home(turn)
    else:
        _end(turn, EpicStatus.COMPLETED)
        turn.ask(CloseIssue())


def _is_home(epic: Epic) -> bool:
    """Whether everything in the epic's branch has come to the default branch."""
    final = epic.task(FINAL_PULL_REQUEST)
    if final is None or final.ended_at is None:
        return False
    later = (
        task.merge_sha and task.ended_at and task.ended_at > final.ended_at for task in epic.tasks
    )
    return not any(later)


def forget_final_pull_request(turn: Turn) -> None:
    """Another is opened once every task is in the epic's branch."""
    if (final := turn.epic.task(FINAL_PULL_REQUEST)) is not None:
        look_no_more(turn, final)
    tasks = tuple(task for task in turn.epic.tasks if not task.is_final_pull_request)
    turn.change(tasks=tasks)


def _bring_home(turn: Turn) -> None:
    """Every task is in the epic's branch: one pull request brings them to the default branch."""
    epic = turn.epic
    task = Task(
        number=FINAL_PULL_REQUEST,
        title=epic.title,
        status=TaskStatus.PR_OPEN,
        branch=epic.base,
        started_at=turn.now,
        waiting_for=f"the pull request to `{epic.default_branch}` to be opened",
    )
    turn.change(tasks=(task, *epic.tasks))
    turn.ask(OpenPullRequest(task=task.number, branch=epic.base, base=epic.default_branch))
    turn.log(f"opening the pull request to {epic.default_branch}")


_ENDED = {
    EpicStatus.COMPLETED: "completed",
    EpicStatus.PARTIAL_COMPLETED: "ended; not every task was done",
    EpicStatus.FAILED: "failed",
}


def _end(turn: Turn, status: EpicStatus) -> None:
    turn.change(status=status, ended_at=turn.now)
    turn.log(_ENDED[status])
    message = Message(kind=MessageKind.COMPLETED, to=turn.epic.started_by)
    turn.say(message, f"ended:{turn.now.isoformat()}")
