"""What happens around an epic: to its issue, its repository, the App."""

from datetime import timedelta

from bot.core.commands.answers import reply
from bot.core.effects import ReopenIssue
from bot.core.events import Interrupted, InterruptionResolved
from bot.core.model.epic import PauseCause, Task
from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.transitions.epic.endings import say_paused
from bot.core.transitions.steering import stop_all
from bot.core.transitions.transition import Transition, sentence

# Who has merged, by GitHub's account, what came through a merge queue.
_MERGE_QUEUE = Login("github-merge-queue[bot]")
# How late the news of a closed issue may come after that of the merge.
_JUST_NOW = timedelta(minutes=10)
_WORDS = {
    Interruption.UNLABELLED: "the label was taken off{by}",
    Interruption.CLOSED: "the issue was closed{by}",
    Interruption.LOCKED: "the issue was locked{by}",
    Interruption.TRANSFERRED: "the issue was transferred{by}",
    Interruption.DELETED: "the issue was deleted{by}",
    Interruption.RENAMED: "the repository was renamed or moved{by}",
    Interruption.ARCHIVED: "the repository was archived{by}",
    Interruption.REPOSITORY_DELETED: "the repository was deleted{by}",
    Interruption.UNINSTALLED: "the App was uninstalled{by}",
    Interruption.SUSPENDED: "the App was suspended{by}",
}
_GOOD = {
    Interruption.UNLABELLED: "The label is back",
    Interruption.CLOSED: "The issue is open again",
    Interruption.LOCKED: "The issue is unlocked",
    Interruption.ARCHIVED: "The repository is no longer archived",
    Interruption.UNINSTALLED: "The App is installed again",
    Interruption.SUSPENDED: "The App is no longer suspended",
}


def interrupted(transition: Transition, event: Interrupted) -> None:
    """Pause, as by `pause`, and say why where it can be said."""
    epic = transition.epic
    if not epic.activated:
        return
    if event.kind is Interruption.CLOSED and _closed_by_a_merge(transition, event):
        transition.emit(ReopenIssue())
        transition.log("the merge closed the issue; opening it again")
        return
    reason = _WORDS[event.kind].format(by=f" by @{event.by}" if event.by else "")
    if event.kind.unreachable:
        transition.update_epic(unreachable=reason)
    if epic.start_at is not None:
        transition.update_epic(start_at=None)
        transition.log(f"the start is called off: {reason}")
    if epic.status is EpicStatus.PAUSED:
        # No merge by a person lifts the pause any more, and no agent goes on meanwhile.
        stop_all(transition)
        if epic.pause_cause is PauseCause.FAILURE:
            transition.update_epic(pause_reason=f"{epic.pause_reason}; {reason}")
        transition.update_epic(pause_cause=PauseCause.PERSON)
        transition.log(reason)
    if epic.status is not EpicStatus.ACTIVE:
        return
    stop_all(transition)
    transition.update_epic(
        status=EpicStatus.PAUSED,
        pausing=False,
        pause_cause=PauseCause.PERSON,
        pause_reason=reason,
    )
    transition.log(f"paused: {reason}")
    say_paused(transition, f"{sentence(reason)}.")


def _closed_by_a_merge(transition: Transition, event: Interrupted) -> bool:
    """Whether a closing keyword in what we merge has done it.

    Then whoever merged is the sender: our App, or the merge queue in its place. While an epic
    runs we close it for no other reason; the queue merges other people's work too.
    """
    if transition.epic.status not in (EpicStatus.ACTIVE, EpicStatus.PAUSED):
        return False
    queued = event.by == _MERGE_QUEUE and any(
        _merges(transition, task) for task in transition.epic.tasks
    )
    return event.by_us or queued


def _merges(transition: Transition, task: Task) -> bool:
    """Whether the task's pull request is being merged, or has been just now."""
    if task.status is TaskStatus.COMPLETED:
        return task.ended_at is not None and transition.now - task.ended_at <= _JUST_NOW
    request = task.pull_request
    waits = request is not None and (request.is_queued or request.auto_merge)
    return waits or task.status is TaskStatus.MERGING


def resolved(transition: Transition, event: InterruptionResolved) -> None:
    """It is as it was; a person says when to go on."""
    epic = transition.epic
    if not epic.activated:
        return
    transition.update_epic(unreachable=None)
    if epic.status is EpicStatus.PAUSED and event.kind in _GOOD:
        text = f"{_GOOD[event.kind]}. This epic stays paused; `/orchestra resume` goes on with it."
        answer = reply(text)
        transition.comment(
            answer.message(event.by or epic.started_by),
            f"made-good:{transition.now.isoformat()}",
        )
