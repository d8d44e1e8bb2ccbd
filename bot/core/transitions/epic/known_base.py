"""The base must contain the epic's last merge: nothing is launched or merged where it is lost."""

from dataclasses import replace

from bot.core.effects import FetchBase
from bot.core.events import BaseChanged
from bot.core.model.identifiers import CommitSha, EpicStatus
from bot.core.model.observations import BaseBranch
from bot.core.model.reasons import Pause, PauseKind
from bot.core.transitions.epic.endings import pause
from bot.core.transitions.transition import Transition


def fetch_base(transition: Transition) -> None:
    """Ask whether the base branch is green, and where in doubt for the last merge as well."""
    epic = transition.epic
    merge = epic.needed_merge if epic.known_base.in_doubt else None
    transition.emit(FetchBase(branch=epic.base, merge=merge))


def pushed(transition: Transition, event: BaseChanged) -> None:
    """Follow the branch; look for the last merge after a push that may have lost it.

    A push forward from the head that is known has lost nothing, so nothing is asked.
    """
    epic, known = transition.epic, transition.epic.known_base
    if event.branch != epic.base or event.after in (None, known.head):
        return
    follows = not event.forced and event.before == known.head and not known.in_doubt
    if follows or epic.needed_merge is None:
        transition.update_epic(known_base=replace(known, head=event.after, in_doubt=False))
    else:
        _doubt(transition)


def seen(transition: Transition, base: BaseBranch) -> None:
    """Look for the last merge where a start or `resume` finds another head than the known one."""
    epic = transition.epic
    if epic.needed_merge and base.sha not in (None, epic.known_base.head, epic.needed_merge):
        _doubt(transition)


def _doubt(transition: Transition) -> None:
    known = replace(transition.epic.known_base, in_doubt=True)
    transition.update_epic(known_base=known)
    if transition.epic.status is EpicStatus.ACTIVE:
        fetch_base(transition)


def looked_for(
    transition: Transition, merge: CommitSha | None, head: CommitSha | None, *, is_lost: bool
) -> bool:
    """Use what was found of `merge` in the history of `head`; return whether it is lost."""
    epic = transition.epic
    if merge is None or merge != epic.needed_merge or epic.status is not EpicStatus.ACTIVE:
        return False
    if not is_lost:
        transition.update_epic(known_base=replace(epic.known_base, head=head, in_doubt=False))
        return False
    last = epic.last_merge
    known = replace(epic.known_base, head=None, in_doubt=False, lost=merge)
    transition.update_epic(known_base=known)
    reason = Pause(
        kind=PauseKind.BASE_REWRITTEN,
        branch=epic.base,
        sha=merge,
        task=last.number if last else None,
    )
    pause(transition, reason)
    return True


def give_up_doubt(transition: Transition) -> None:
    """Continue where GitHub does not show the branch: what fails later says why."""
    transition.update_epic(known_base=replace(transition.epic.known_base, in_doubt=False))
