"""The repositories that have an epic under way, as one process knows them."""

from sqlalchemy import Connection, select

from bot.core.model.identifiers import EpicStatus
from storage.database import Database
from storage.tables import epics

_OPEN = [status for status in EpicStatus if not status.is_final]
_OPEN_REPOSITORIES = (
    select(epics.c.repository_id)
    .where(epics.c.status.in_(_OPEN), epics.c.activated.is_(True))
    .distinct()
)


def open_repository_ids(connection: Connection) -> frozenset[int]:
    """GitHub's ids of the repositories with at least one activated epic that has not ended."""
    return frozenset(connection.execute(_OPEN_REPOSITORIES).scalars())


class OpenRepositories:
    """A set of repository ids as of the last `refresh`; it holds every id while it knows nothing.

    One thread refreshes, others only ask: the set is replaced whole, never changed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: frozenset[int] | None = None

    def refresh(self) -> None:
        """Read the set again; raises the database's error, and then knows nothing."""
        ids = None
        try:
            with self._database.read() as connection:
                ids = open_repository_ids(connection)
        finally:
            self._ids = ids

    def __contains__(self, repository_id: object) -> bool:
        return self._ids is None or repository_id in self._ids
