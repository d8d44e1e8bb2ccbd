"""Bring a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Connection, Database

_SCRIPTS = str(Path(__file__).parent / "migrations")


class NewerSchemaError(Exception):
    """A newer version of the product has migrated the database: this one cannot read it."""


def migrate(database: Database) -> str:
    """Run the migrations that are missing, in one transaction; returns the newest revision.

    Raises DatabaseAwayError, and NewerSchemaError before anything is changed.
    """
    with database.write() as connection:
        if is_newer(revision_of(connection)):
            raise NewerSchemaError
        config = config_of(connection)
        command.upgrade(config, "head")
    return newest_revision()


def newest_revision() -> str:
    """Return the revision that this version of the product needs."""
    return str(_scripts().get_current_head())


def is_newer(revision: str | None) -> bool:
    """Tell whether a database at that revision was made by a newer version of the product."""
    return revision is not None and revision not in {
        script.revision for script in _scripts().walk_revisions()
    }


def revision_of(connection: Connection) -> str | None:
    """Return the revision that the database is at, None for one without tables."""
    return MigrationContext.configure(connection).get_current_revision()


def config_of(connection: Connection) -> Config:
    """Return Alembic's configuration for migrations on that connection."""
    config = _config()
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    return config
