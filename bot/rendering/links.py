"""Addresses that our texts link to."""

from bot.core.model.reasons import FailureKind

# The page behind the App's name, as in app.yml: a fork of the project changes both.
PROJECT = "https://github.com/OWNER/orchestra"


def troubleshooting(kind: FailureKind) -> str:
    """Return the address of the page's section on such failures."""
    return f"{PROJECT}/blob/main/docs/troubleshooting.md#{kind.replace('_', '-')}"
