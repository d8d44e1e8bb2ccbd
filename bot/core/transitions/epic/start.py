"""How an epic begins: at once, or at the time that was asked for, once its base was seen."""

from bot.core.effects import CreateBaseBranch, FetchBase
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus
from bot.core.transitions.transition import Transition


def begin(transition: Transition) -> None:
    """Set the epic going: whoever started it has approved its text."""
    epic = transition.epic
    transition.update_epic(
        status=EpicStatus.ACTIVE,
        start_at=None,
        started_at=epic.started_at or transition.now,
        pausing=False,
        pause_cause=None,
        pause_reason=None,
        base_is_ready=not epic.has_epic_branch,
    )
    if epic.has_epic_branch:
        transition.emit(CreateBaseBranch(branch=epic.base, source=epic.default_branch))
    transition.log(f"started by @{epic.started_by}")


def time_has_come(transition: Transition) -> None:
    """Look at the base before a start that has fallen due; mistakes hold it until an edit."""
    if transition.epic.start_at is None or transition.epic.start_at > transition.now:
        return
    if is_due(transition):
        transition.emit(FetchBase(branch=branch_to_start_from(transition.epic)))
    else:
        transition.log("it was to start now, and does not: what it starts from has mistakes")


def is_due(transition: Transition) -> bool:
    """Whether the time that was asked for has come, and nothing has to be put right first."""
    epic = transition.epic
    has_come = epic.start_at is not None and epic.start_at <= transition.now
    return has_come and not (epic.mistakes or epic.settings_mistakes)


def branch_to_start_from(epic: Epic) -> str:
    """The branch whose checks count at the start: the epic's own is yet to be made."""
    yet_to_be_made = epic.has_epic_branch and epic.started_at is None
    return epic.default_branch if yet_to_be_made else epic.base
