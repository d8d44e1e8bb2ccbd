import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.core.model.identifiers import EpicStatus
from storage.database import Database
from storage.open_repositories import OpenRepositories
from storage.tables import epics
from tests.stored_epics import insert_epic, insert_repositories


def test_until_it_has_looked_it_holds_every_repository(database: Database) -> None:
    open_repositories = OpenRepositories(database)
    assert 1 in open_repositories

    open_repositories.refresh()
    assert 1 not in open_repositories


@pytest.mark.parametrize("status", EpicStatus)
def test_a_repository_is_open_while_an_epic_has_not_ended(
    database: Database, status: EpicStatus
) -> None:
    with database.write() as connection:
        insert_repositories(connection, 1, 2)
        insert_epic(connection, 1, status=status)
        insert_epic(connection, 2, status=status, activated=False)
    open_repositories = OpenRepositories(database)

    open_repositories.refresh()

    assert (1 in open_repositories) is not status.is_final
    assert 2 not in open_repositories


def test_one_open_epic_is_enough(database: Database) -> None:
    with database.write() as connection:
        insert_repositories(connection, 1)
        insert_epic(connection, 1, issue=1, status=EpicStatus.COMPLETED)
        insert_epic(connection, 1, issue=2, status=EpicStatus.PAUSED)
    open_repositories = OpenRepositories(database)

    open_repositories.refresh()

    assert 1 in open_repositories


def test_when_it_cannot_look_it_holds_every_repository(database: Database) -> None:
    open_repositories = OpenRepositories(database)
    open_repositories.refresh()
    with database.engine.connect() as connection:
        connection.exec_driver_sql(
            f"DROP TABLE {epics.name}" + ("" if database.is_sqlite else " CASCADE")
        )
        connection.commit()

    with pytest.raises(SQLAlchemyError):
        open_repositories.refresh()

    assert 1 in open_repositories
