"""What happens around an epic: to its issue, its repository, the App."""

from bot.core.decide.answers import reply
from bot.core.decide.outcomes import say_paused
from bot.core.decide.steering import halt_all
from bot.core.decide.turn import Turn, sentence
from bot.core.effects import ReopenIssue
from bot.core.epic import Epic, PauseCause
from bot.core.events import Interrupted, MadeGood
from bot.core.identifiers import EpicStatus, TaskStatus
from bot.core.interruptions import Interruption

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


def interrupted(turn: Turn, event: Interrupted) -> None:
    """Pause, as by `pause`, and say why where it can be said."""
    epic = turn.epic
    if not epic.recognised:
        return
    if event.kind is Interruption.CLOSED and _closed_by_a_merge(epic, event):
        turn.ask(ReopenIssue())
        turn.log("the merge closed the issue; opening it again")
        return
    reason = _WORDS[event.kind].format(by=f" by @{event.by}" if event.by else "")
    if event.kind.unreachable:
        turn.change(unreachable=reason)
    if epic.start_at is not None:
        turn.change(start_at=None)
        turn.log(f"the start is called off: {reason}")
    if epic.status is EpicStatus.PAUSED:
        # No merge by a person lifts the pause any more, and no agent goes on meanwhile.
        halt_all(turn)
        if epic.pause_cause is PauseCause.FAILURE:
            turn.change(pause_reason=f"{epic.pause_reason}; {reason}")
        turn.change(pause_cause=PauseCause.PERSON)
        turn.log(reason)
    if epic.status is not EpicStatus.ACTIVE:
        return
    halt_all(turn)
    turn.change(
        status=EpicStatus.PAUSED,
        pausing=False,
        pause_cause=PauseCause.PERSON,
        pause_reason=reason,
    )
    turn.log(f"paused: {reason}")
    say_paused(turn, f"{sentence(reason)}.")


def _closed_by_a_merge(epic: Epic, event: Interrupted) -> bool:
    """Whether a closing keyword in what we merge has done it: then the App itself is the sender."""
    merging = (TaskStatus.MERGING, TaskStatus.COMPLETED)
    by_app = event.by is not None and event.by.endswith("[bot]")
    running = epic.status in (EpicStatus.ACTIVE, EpicStatus.PAUSED)
    return running and by_app and any(task.status in merging for task in epic.tasks)


def made_good(turn: Turn, event: MadeGood) -> None:
    """It is as it was; a person says when to go on."""
    epic = turn.epic
    if not epic.recognised:
        return
    turn.change(unreachable=None)
    if epic.status is EpicStatus.PAUSED and event.kind in _GOOD:
        text = f"{_GOOD[event.kind]}. This epic stays paused; `/orchestra resume` goes on with it."
        answer = reply(text)
        turn.say(
            answer.message(event.by or epic.started_by),
            f"made-good:{turn.now.isoformat()}",
        )
