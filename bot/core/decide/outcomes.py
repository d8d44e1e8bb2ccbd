"""How tasks end, and what that means for the epic."""

from bot.core.decide.launching import launch, stop
from bot.core.decide.turn import Turn
from bot.core.effects import CloseIssue, DeleteBranch, TickBox
from bot.core.epic import PauseCause, Task
from bot.core.identifiers import CommitSha, EpicStatus, TaskStatus
from bot.core.messages import Message, MessageKind
from bot.core.retry_policy import delay


def complete(turn: Turn, task: Task, sha: CommitSha | None, by: str | None = None) -> None:
    """The task's pull request is merged, `by` a person if not by us: tidy up behind it."""
    by = None if task.status is TaskStatus.MERGING else by
    late = task.status in (TaskStatus.CANCELLED, TaskStatus.SKIPPED)
    task = stop(turn, task)
    task = turn.put(
        task,
        status=TaskStatus.COMPLETED,
        merge_sha=sha,
        failure=None,
        waiting_for=None,
        look_at=None,
        retry_at=None,
        ended_at=turn.now,
    )
    turn.log(f"merged{f' by @{by}' if by else ''} at {sha or 'an unknown commit'}", task.number)
    if task.pull_request and task.pull_request.merge_uuid:
        turn.withdraw(iter([f"look-merge:{task.pull_request.merge_uuid}"]))
    for branch in dict.fromkeys((task.branch, task.pushed_branch)):
        if branch is not None:
            turn.ask(DeleteBranch(branch=branch))
    turn.ask(TickBox(task=task.number, title=task.title, same_title_before=task.same_title_before))
    lift_pause(turn)
    if late:
        text = f"The merge of task {task.number} was already on its way, merged at {sha}."
        message = Message(kind=MessageKind.LATE_MERGE, text=text, task=task.number)
        turn.say(message, f"late-merge:{task.number}:{sha}")


def fail(turn: Turn, task: Task, reason: str) -> None:
    """The task cannot go on by itself: the epic pauses and its starter is told."""
    task = stop(turn, task)
    task = turn.put(
        task,
        status=TaskStatus.FAILED,
        failure=reason,
        waiting_for=None,
        look_at=None,
        retry_at=None,
        ended_at=turn.now,
    )
    turn.log(f"failed: {reason}", task.number)
    if turn.epic.status is not EpicStatus.ACTIVE:
        return
    turn.change(
        status=EpicStatus.PAUSED,
        pausing=False,
        pause_cause=PauseCause.FAILURE,
        pause_reason=f"task {task.number} failed: {reason}",
    )
    turn.log("paused, as a task failed")
    say_paused(turn, f"Task {task.number} failed: {reason}", task.number)


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
    if epic.status is not EpicStatus.ACTIVE or any(epic.under_way()):
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
    pending = next((task for task in epic.tasks if task.status is TaskStatus.PENDING), None)
    if pending is not None:
        launch(turn, pending)
    else:
        _end(turn)


def _end(turn: Turn) -> None:
    done = all(task.status is TaskStatus.COMPLETED for task in turn.epic.tasks)
    status = EpicStatus.COMPLETED if done else EpicStatus.PARTIAL_COMPLETED
    turn.change(status=status, ended_at=turn.now)
    turn.log("completed" if done else "ended; not every task was done")
    message = Message(kind=MessageKind.COMPLETED, to=turn.epic.started_by)
    turn.say(message, f"ended:{turn.now.isoformat()}")
    if done:
        turn.ask(CloseIssue())
