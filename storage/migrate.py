"""Bring a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from storage.database import Connection, Database


def migrate(database: Database) -> str:
    """Run the migrations that are missing, in one transaction; returns the newest revision."""
    with database.write() as connection:
        config = _config(connection)
        command.upgrade(config, "head")
        return str(ScriptDirectory.from_config(config).get_current_head())


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
