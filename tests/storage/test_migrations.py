"""The migrations make exactly the tables that the code uses, on both kinds of database."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage.database import Database
from storage.migrate import is_current, migrate
from storage.tables import metadata


def test_migrations_lead_to_the_tables(database: Database) -> None:
    with database.write() as connection:
        metadata.drop_all(connection)
    assert not is_current(database)

    migrate(database)

    with database.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []
    assert is_current(database)


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.write() as connection:
        metadata.drop_all(connection)
    assert migrate(database) == migrate(database)
