"""How an epic begins: at once, or at a scheduled time once its base was fetched."""

from bot.core.effects import CreateBaseBranch, FetchBase
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.transitions import mentions
from bot.core.transitions.transition import Transition


def begin(transition: Transition) -> None:
    """Start the epic: whoever started it has approved its text."""
    epic = transition.epic
    reason = epic.pause
    transition.update_epic(
        status=EpicStatus.ACTIVE,
        start_at=None,
        started_at=epic.started_at or transition.now,
        pausing=False,
        pausing_by=None,
        pause=None,
        base_is_ready=not epic.has_epic_branch,
    )
    mentions.pause_ended(transition, reason)
    if epic.has_epic_branch:
        transition.emit(CreateBaseBranch(branch=epic.base, source=epic.default_branch))
    transition.log(Notice(kind=NoticeKind.STARTED, by=epic.started_by))


def time_has_come(transition: Transition) -> None:
    """Fetch the base before a scheduled start that is due; mistakes hold it until an edit."""
    if transition.epic.start_at is None or transition.epic.start_at > transition.now:
        return
    if is_due(transition):
        transition.emit(FetchBase(branch=branch_to_start_from(transition.epic)))
    else:
        transition.log(Notice(kind=NoticeKind.START_HELD))


def is_due(transition: Transition) -> bool:
    """Return whether the scheduled time has come, and no mistake has to be corrected first."""
    epic = transition.epic
    has_come = epic.start_at is not None and epic.start_at <= transition.now
    return has_come and not (epic.mistakes or epic.settings_mistakes)


def branch_to_start_from(epic: Epic) -> str:
    """Return the branch whose checks count at the start: the epic's own doesn't exist yet."""
    does_not_exist = epic.has_epic_branch and epic.started_at is None
    return epic.default_branch if does_not_exist else epic.base
