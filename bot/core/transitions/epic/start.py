"""How an epic begins: at once, or at the time that was asked for, once its base was seen."""

from bot.core.effects import LookAtBase, MakeBaseBranch
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus
from bot.core.transitions.transition import Turn


def begin(turn: Turn) -> None:
    """Set the epic going: whoever started it has approved its text."""
    epic = turn.epic
    turn.change(
        status=EpicStatus.ACTIVE,
        start_at=None,
        started_at=epic.started_at or turn.now,
        pausing=False,
        pause_cause=None,
        pause_reason=None,
        base_is_ready=not epic.has_epic_branch,
    )
    if epic.has_epic_branch:
        turn.ask(MakeBaseBranch(branch=epic.base, source=epic.default_branch))
    turn.log(f"started by @{epic.started_by}")


def time_has_come(turn: Turn) -> None:
    """Look at the base before a start that has fallen due; mistakes hold it until an edit."""
    if turn.epic.start_at is None or turn.epic.start_at > turn.now:
        return
    if is_due(turn):
        turn.ask(LookAtBase(branch=branch_to_start_from(turn.epic)))
    else:
        turn.log("it was to start now, and does not: what it starts from has mistakes")


def is_due(turn: Turn) -> bool:
    """Whether the time that was asked for has come, and nothing has to be put right first."""
    epic = turn.epic
    has_come = epic.start_at is not None and epic.start_at <= turn.now
    return has_come and not (epic.mistakes or epic.settings_mistakes)


def branch_to_start_from(epic: Epic) -> str:
    """The branch whose checks count at the start: the epic's own is yet to be made."""
    yet_to_be_made = epic.has_epic_branch and epic.started_at is None
    return epic.default_branch if yet_to_be_made else epic.base
