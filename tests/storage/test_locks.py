"""A decision and the intake of webhooks do not wait for each other on PostgreSQL."""

from sqlalchemy import text

from bot.core.events import TimePassed
from storage import epics, inbox
from tests.databases import fresh_database
from tests.stored_epics import NOW, insert_epic, insert_repositories


def test_a_row_comes_in_while_its_epic_is_being_decided_on() -> None:
    with fresh_database("postgresql") as database:
        with database.write() as connection:
            insert_repositories(connection, 1)
            epic = insert_epic(connection)
        with database.write() as deciding, database.write() as intake:
            assert epics.load(deciding, epic.id, lock=True) == epic
            intake.execute(text("SET LOCAL lock_timeout = '2s'"))
            assert inbox.add(intake, epic.id, "key", TimePassed(), now=NOW)
