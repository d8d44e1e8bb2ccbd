"""The migrations make exactly the tables that the code uses, on both kinds of database."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage.database import Database
from storage.migrate import migrate
from storage.tables import metadata
from tests.databases import drop_tables


def test_migrations_lead_to_the_tables(database: Database) -> None:
    drop_tables(database)

    revision = migrate(database)

    with database.read() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, metadata)
        assert context.get_current_revision() == revision
    assert differences == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    drop_tables(database)
    assert migrate(database) == migrate(database)
