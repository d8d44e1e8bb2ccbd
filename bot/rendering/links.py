"""Addresses that our texts link to."""

from bot.core.model.reasons import FailureKind

# The page behind the App's name, as in app.yml: whoever publishes the project changes both.
PROJECT = "https://github.com/OWNER/orchestra"


def is_placeholder(address: str) -> bool:
    """Return whether the address was never replaced by one that exists."""
    return "/OWNER/" in f"{address}/"


def troubleshooting(kind: FailureKind, project: str = PROJECT) -> str | None:
    """Return the address of the page's section on such failures; None while there is no page."""
    if is_placeholder(project):
        return None
    return f"{project}/blob/main/docs/troubleshooting.md#{section(kind)}"


def section(kind: FailureKind) -> str:
    """Return the name of the section on such failures."""
    return kind.replace("_", "-")
