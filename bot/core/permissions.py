"""Who may command."""

# GitHub's word for what a person may do, weakest first. The collaborator-permission endpoint folds
# maintain into write and triage into read ("Get repository permissions for a user").
_RANKS = ("none", "read", "triage", "write", "maintain", "admin")
REQUIRED = "write"


def may_command(permission: str) -> bool:
    """True when somebody with that permission may steer epics; unknown words may not."""
    return permission in _RANKS and _RANKS.index(permission) >= _RANKS.index(REQUIRED)
