"""The models that a credential's provider offers, shared by all workers for an hour."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import models

MAX_AGE = timedelta(hours=1)


def offered(connection: Connection, credential: str, now: datetime) -> tuple[str, ...] | None:
    """Return the models as read within the last hour, None where they were not."""
    names: tuple[str, ...] | None = connection.execute(
        select(models.c.names).where(
            models.c.credential == credential, models.c.read_at > now - MAX_AGE
        )
    ).scalar_one_or_none()
    return names


def last_offered(connection: Connection, credential: str) -> tuple[str, ...]:
    """Return the models as read last, however long ago; nothing where they never were."""
    names: tuple[str, ...] | None = connection.execute(
        select(models.c.names).where(models.c.credential == credential)
    ).scalar_one_or_none()
    return names or ()


def store(connection: Connection, credential: str, names: tuple[str, ...], now: datetime) -> None:
    """Keep the models for an hour."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = {"names": names, "read_at": now}
    statement = dialect.insert(models).values(credential=credential, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["credential"], set_=values))
