"""Bring a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from storage.database import Connection, Database


def migrate(database: Database) -> str:
    """Run the migrations that are missing, in one transaction; returns the newest revision."""
    with database.write() as connection:
        config = config_of(connection)
        command.upgrade(config, "head")
        return str(ScriptDirectory.from_config(config).get_current_head())


def config_of(connection: Connection) -> Config:
    """How Alembic finds the migrations, and the transaction that they run in."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
