"""How urgent an epic is, by its stored settings."""

import json

from bot.core.model.settings import Priority


def priority_of(settings: str) -> Priority:
    """Return the priority that stored settings say; the usual one where they cannot be read."""
    try:
        return Priority(json.loads(settings)["priority"])
    except (ValueError, LookupError, TypeError):
        return Priority.BALANCED
