"""What stops an epic from outside: something happened to its issue, repository or App."""

from enum import StrEnum


class Interruption(StrEnum):
    """What happened. The `unreachable` ones leave nothing on GitHub that we could say it on."""

    UNLABELLED = "unlabelled"
    CLOSED = "closed"
    LOCKED = "locked"
    TRANSFERRED = "transferred"
    DELETED = "deleted"
    RENAMED = "renamed"
    ARCHIVED = "archived"
    REPOSITORY_DELETED = "repository deleted"
    UNINSTALLED = "uninstalled"
    SUSPENDED = "suspended"

    @property
    def unreachable(self) -> bool:
        """True when GitHub takes nothing from us any more."""
        return self in _UNREACHABLE


_UNREACHABLE = frozenset(
    {
        Interruption.TRANSFERRED,
        Interruption.DELETED,
        Interruption.ARCHIVED,
        Interruption.REPOSITORY_DELETED,
        Interruption.UNINSTALLED,
        Interruption.SUSPENDED,
    }
)
