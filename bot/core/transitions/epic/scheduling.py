"""What an active epic does next: launch tasks, pause, open the final pull request, end."""

from bot.core.effects import CloseIssue, OpenPullRequest
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from bot.core.model.task import FINAL_PULL_REQUEST, Task
from bot.core.transitions.agent_run.follow_up import prompt_again
from bot.core.transitions.agent_run.launch import launch
from bot.core.transitions.agent_run.teardown import give_up_pull_request
from bot.core.transitions.agent_run.turn import take_turn, takes_new_tasks, waits_for_others
from bot.core.transitions.epic.endings import end, ended, pause
from bot.core.transitions.transition import Transition

_GOOD = (TaskStatus.COMPLETED, TaskStatus.SKIPPED)


def ready(epic: Epic) -> tuple[Task, ...]:
    """Return the tasks that may be launched now, in their order."""
    return epic.ready() if takes_new_tasks(epic) else ()


def schedule(transition: Transition) -> None:
    """Launch the next tasks of an active epic; pause or end it when nothing is left under way."""
    wanted = None
    for task in ready(transition.epic):
        if not take_turn(transition, task):
            wanted = task
            break
        # A task that had failed continues from where it stopped.
        (prompt_again if task.failure or task.feedback else launch)(transition, task)
    _want_slot(transition, wanted)
    epic = transition.epic
    if epic.status is not EpicStatus.ACTIVE or any(epic.under_way()) or not epic.base_is_ready:
        return
    if epic.pausing:
        pause(transition, Pause(kind=PauseKind.AFTER_TASK, by=epic.pausing_by))
    elif not epic.ready():
        _leave_out(transition)
        _end(transition)


def _want_slot(transition: Transition, task: Task | None) -> None:
    """Show which task waits for other epics' agents; None where there is none."""
    holder = waits_for_others(transition, task) if task is not None else None
    for other in transition.epic.pending():
        if other.wait is not None and other.wait.kind is WaitKind.AGENT_SLOT:
            transition.update(other, wait=None)
    if task is None or holder is None:
        transition.update_epic(slot_wanted_since=None)
        return
    wait = Wait(
        kind=WaitKind.AGENT_SLOT, issue=holder.issue, count=holder.count, issues=holder.issues
    )
    transition.update(task, wait=wait)
    since = transition.epic.slot_wanted_since or transition.now
    transition.update_epic(slot_wanted_since=since)


def _leave_out(transition: Transition) -> None:
    """Leave out what waits in vain: a task that it needs has failed, or is left out itself."""
    epic = transition.epic
    for task in epic.pending():
        needed = (epic.task(number) for number in task.options.after)
        lost = tuple(one.number for one in needed if one and one.status not in _GOOD)
        failure = Failure(kind=FailureKind.DEPENDENCY, tasks=lost)
        ended(transition, task, TaskStatus.SKIPPED, failure=failure)
        transition.log(Notice(kind=NoticeKind.LEFT_OUT, failure=failure), task.number)


def _end(transition: Transition) -> None:
    epic = transition.epic
    if epic.mistakes:
        # Somebody has written down more, and is not to find the issue closed.
        pause(transition, Pause(kind=PauseKind.CHECKLIST_MISTAKES))
        return
    # What was left out does not keep what was done from the default branch.
    is_good = all(task.status in _GOOD for task in epic.tasks)
    if is_good and _has_to_be_merged(epic):
        _open_final_pull_request(transition)
    elif any(task.status is not TaskStatus.COMPLETED for task in epic.tasks):
        end(transition, EpicStatus.PARTIAL_COMPLETED)
    else:
        end(transition, EpicStatus.COMPLETED)
        transition.emit(CloseIssue())


def _has_to_be_merged(epic: Epic) -> bool:
    """Whether the epic's own branch has something that the default branch lacks, as far as known.

    Where tasks were left out, it may have nothing: then there is no pull request to open.
    """
    complete = all(task.status is TaskStatus.COMPLETED for task in epic.checklist_tasks)
    has_work = complete or epic.last_merge is not None
    return epic.has_epic_branch and has_work and not _is_on_default_branch(epic)


def _is_on_default_branch(epic: Epic) -> bool:
    """Whether the default branch has everything that was merged into the epic's own branch."""
    final = epic.final_pull_request
    if final is None or final.ended_at is None:
        return False
    later = (
        task.merge_sha and task.ended_at and task.ended_at > final.ended_at for task in epic.tasks
    )
    return not any(later)


def forget_final_pull_request(transition: Transition) -> None:
    """Drop it; another is opened once every task is merged into the epic's own branch."""
    if (final := transition.epic.final_pull_request) is not None:
        give_up_pull_request(transition, final)
    transition.update_epic(tasks=transition.epic.checklist_tasks)


def _open_final_pull_request(transition: Transition) -> None:
    """Merge the epic's own branch into the default branch, now that every task is in it."""
    forget_final_pull_request(transition)
    epic = transition.epic
    task = Task(
        number=FINAL_PULL_REQUEST,
        title=epic.title,
        status=TaskStatus.PR_OPEN,
        branch=epic.base,
        started_at=transition.now,
        wait=Wait(kind=WaitKind.OPEN_PULL_REQUEST, branch=epic.default_branch),
    )
    transition.update_epic(tasks=(task, *epic.tasks))
    transition.emit(OpenPullRequest(task=task.number, branch=epic.base, base=epic.default_branch))
    transition.log(Notice(kind=NoticeKind.FINAL_PULL_REQUEST, branch=epic.default_branch))
