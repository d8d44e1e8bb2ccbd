"""Who steers an epic: their approval of its work may not be enough (`merge.approver`)."""

from bot.core.model.identifiers import Login
from bot.core.transitions.transition import Transition


def note_steering(transition: Transition, by: Login) -> None:
    """Remember who commanded something, or approved the text that agents work by."""
    known = transition.epic.steered_by
    if by not in known:
        transition.update_epic(steered_by=(*known, by))
