"""Cursor's words for how an agent stands.

Cursor's docs name CREATING, RUNNING, FINISHED, ERROR, EXPIRED (v0) and CANCELLED (v1); STOPPED and
FAILED were reported by other clients of v0.
"""

from bot.core.model.identifiers import AgentStatus

_STATUSES = {
    "CREATING": AgentStatus.CREATING,
    "RUNNING": AgentStatus.RUNNING,
    "FINISHED": AgentStatus.FINISHED,
    "ERROR": AgentStatus.FAILED,
    "FAILED": AgentStatus.FAILED,
    "STOPPED": AgentStatus.STOPPED,
    "CANCELLED": AgentStatus.STOPPED,
    "EXPIRED": AgentStatus.EXPIRED,
}


def agent_status(word: str) -> AgentStatus:
    """Return the status for Cursor's word; an unknown word counts as running."""
    return _STATUSES.get(word, AgentStatus.RUNNING)
