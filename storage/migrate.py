"""Bring a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Connection, Database

_SCRIPTS = str(Path(__file__).parent / "migrations")


def migrate(database: Database) -> str:
    """Run the migrations that are missing, in one transaction; returns the newest revision."""
    with database.write() as connection:
        config = config_of(connection)
        command.upgrade(config, "head")
    return newest_revision()


def newest_revision() -> str:
    """Return the revision that this version of the product needs."""
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    return str(ScriptDirectory.from_config(config).get_current_head())


def revision_of(connection: Connection) -> str | None:
    """Return the revision that the database is at, None for one without tables."""
    return MigrationContext.configure(connection).get_current_revision()


def config_of(connection: Connection) -> Config:
    """Return Alembic's configuration for migrations on that connection."""
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.attributes["connection"] = connection
    return config
