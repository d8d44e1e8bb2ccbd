"""What happens around an epic: to its issue, its repository, the App."""

from dataclasses import replace
from datetime import timedelta

from bot.core.effects import ReopenIssue
from bot.core.events import Interrupted, InterruptionResolved
from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Pause, PauseKind
from bot.core.model.task import Task
from bot.core.transitions import mentions
from bot.core.transitions.epic.endings import pause
from bot.core.transitions.epic.pausing import stop_all
from bot.core.transitions.epic.planning import forget_start
from bot.core.transitions.states import resolved_state
from bot.core.transitions.transition import Transition

# GitHub names this account as whoever merged what came through a merge queue.
_MERGE_QUEUE = Login("github-merge-queue[bot]")
# How late the news of a closed issue may come after that of the merge.
_JUST_NOW = timedelta(minutes=10)
_RESOLVABLE = frozenset(
    {
        Interruption.UNLABELLED,
        Interruption.CLOSED,
        Interruption.LOCKED,
        Interruption.ARCHIVED,
        Interruption.UNINSTALLED,
        Interruption.SUSPENDED,
    }
)


def interrupted(transition: Transition, event: Interrupted) -> None:
    """Pause as `pause` does, and say why where it can be said."""
    epic = transition.epic
    if not epic.activated:
        return
    if event.kind is Interruption.CLOSED and _closed_by_a_merge(transition, event):
        transition.emit(ReopenIssue())
        transition.log(Notice(kind=NoticeKind.ISSUE_REOPENED))
        return
    mentions.interrupted_again(transition, event.kind)
    if event.kind.unreachable:
        transition.update_epic(unreachable=event.kind)
    forget_start(transition)
    if epic.start_at is not None:
        transition.update_epic(start_at=None)
        _log(transition, NoticeKind.START_CANCELLED, event)
    if epic.status is EpicStatus.PAUSED:
        _hold(transition, event)
    elif epic.status is EpicStatus.ACTIVE:
        stop_all(transition)
        reason = Pause(kind=PauseKind.INTERRUPTED, interruption=event.kind, by=event.by)
        pause(transition, reason)


def _log(transition: Transition, kind: NoticeKind, event: Interrupted) -> None:
    transition.log(Notice(kind=kind, interruption=event.kind, by=event.by))


def _hold(transition: Transition, event: Interrupted) -> None:
    """Keep it paused until a person resumes: no merge by a person lifts the pause any more."""
    stop_all(transition)
    reason = transition.epic.pause
    if reason is not None and reason.ends_by_itself:
        reason = replace(reason, interruption=event.kind, by=event.by)
        transition.update_epic(pause=reason)
    _log(transition, NoticeKind.INTERRUPTED, event)


def _closed_by_a_merge(transition: Transition, event: Interrupted) -> bool:
    """Return whether a closing keyword in what we merged has closed the issue.

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
    """Return whether the task's pull request is being merged, or has been just now."""
    if task.status is TaskStatus.COMPLETED:
        return task.ended_at is not None and transition.now - task.ended_at <= _JUST_NOW
    request = task.pull_request
    waits = request is not None and (request.is_queued or request.auto_merge)
    return waits or task.status is TaskStatus.MERGING


def resolved(transition: Transition, event: InterruptionResolved) -> None:
    """Say that the epic can be resumed; a person decides when."""
    epic = transition.epic
    if not epic.activated:
        return
    transition.update_epic(unreachable=None)
    if epic.status is EpicStatus.PAUSED and event.kind in _RESOLVABLE:
        state = resolved_state(event.kind, event.by or epic.started_by, transition.now)
        mentions.call(transition, state)
