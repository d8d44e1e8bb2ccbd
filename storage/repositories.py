"""Repositories: where they are, who reaches them, and what their settings file says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.model.identifiers import RepositoryName
from bot.core.model.mistakes import SettingsMistake
from bot.core.model.settings import EpicSettings
from storage.tables import epics, installations, repositories


@dataclass(frozen=True, kw_only=True)
class RepositoryFacts:
    """What every delivery says about its repository."""

    id: int
    installation_id: int
    full_name: str
    default_branch: str


@dataclass(frozen=True, kw_only=True)
class StoredSettings:
    """The settings file as last read, at `read_at`; that is None when it has to be read again.

    `settings` are those of the last file without mistakes, None before there was one; `mistakes`
    are the present file's. `etag` is for asking GitHub whether the file is still the same.
    """

    settings: EpicSettings | None = None
    mistakes: tuple[SettingsMistake, ...] = ()
    etag: str | None = None
    read_at: datetime | None = None


# Without the settings: those that no longer validate keep no webhook away.
_KNOWN = select(
    repositories.c.installation_id, repositories.c.full_name, repositories.c.default_branch
).where(repositories.c.id == bindparam("repository"))
_OF_EPIC = select(epics.c.repository_id).where(epics.c.id == bindparam("epic"))


def keep_up_to_date(connection: Connection, facts: RepositoryFacts) -> None:
    """Follow a known repository to its new name, default branch or installation."""
    known = connection.execute(_KNOWN, {"repository": facts.id}).one_or_none()
    found = (facts.installation_id, facts.full_name, facts.default_branch)
    if known is not None and tuple(known) != found:
        remember(connection, facts)


def remember(connection: Connection, facts: RepositoryFacts) -> None:
    """Store what the delivery says about its repository and installation."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    account = RepositoryName.parse(facts.full_name).owner
    connection.execute(
        dialect.insert(installations)
        .values(id=facts.installation_id, account=account)
        .on_conflict_do_nothing()
    )
    values = {
        "installation_id": facts.installation_id,
        "full_name": facts.full_name,
        "default_branch": facts.default_branch,
    }
    connection.execute(
        dialect.insert(repositories)
        .values(id=facts.id, **values)
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )


def reached_by(connection: Connection, installation_id: int) -> frozenset[int]:
    """Return the repositories known to be that installation's, by id."""
    query = select(repositories.c.id).where(repositories.c.installation_id == installation_id)
    return frozenset(connection.execute(query).scalars())


def install(connection: Connection, installation_id: int, names: Mapping[int, str]) -> set[int]:
    """Have the installation reach the repositories (full name by id) that are known; their ids."""
    known = select(repositories.c.id, repositories.c.default_branch)
    found = {row.id: row.default_branch for row in connection.execute(known)}
    ours = found.keys() & names.keys()
    for one in ours:
        remember(
            connection,
            RepositoryFacts(
                id=one,
                installation_id=installation_id,
                full_name=names[one],
                default_branch=found[one],
            ),
        )
    return ours


def of_epic(connection: Connection, epic_id: int) -> int:
    """Return the id of the epic's repository."""
    found: int = connection.execute(_OF_EPIC, {"epic": epic_id}).scalar_one()
    return found


def stored_settings(connection: Connection, repository_id: int) -> StoredSettings:
    """Return the settings as last read; nothing is known of an unknown repository's."""
    columns = repositories.c
    query = select(
        columns.settings,
        columns.settings_mistakes,
        columns.settings_etag,
        columns.settings_read_at,
    ).where(columns.id == repository_id)
    try:
        row = connection.execute(query).one_or_none()
    except ValueError:
        # What no longer validates is read again.
        return StoredSettings()
    if row is None:
        return StoredSettings()
    settings, mistakes, etag, read_at = row
    return StoredSettings(settings=settings, mistakes=mistakes or (), etag=etag, read_at=read_at)


def store_settings(
    connection: Connection, repository_id: int, before: StoredSettings, now: StoredSettings
) -> None:
    """Replace what was read before, unless it was read, or said to have changed, meanwhile."""
    unchanged = repositories.c.settings_read_at.is_not_distinct_from(before.read_at)
    connection.execute(
        update(repositories)
        .where(repositories.c.id == repository_id, unchanged)
        .values(
            settings=now.settings,
            settings_mistakes=now.mistakes,
            settings_etag=now.etag,
            settings_read_at=now.read_at,
        )
    )


def settings_changed(connection: Connection, repository_id: int) -> None:
    """Have the settings file read again before it is next used."""
    connection.execute(
        update(repositories).where(repositories.c.id == repository_id).values(settings_read_at=None)
    )
