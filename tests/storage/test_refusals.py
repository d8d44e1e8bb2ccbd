from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from storage import refusals
from storage.database import Database
from storage.tables import refusals as rows

NOW = datetime(2027, 1, 5, 12, tzinfo=UTC)


def test_words_come_once_per_person_repository_and_day(database: Database) -> None:
    with database.write() as connection:
        assert refusals.note(connection, 1, "Mallory", NOW)
        assert not refusals.note(connection, 1, "mallory", NOW + timedelta(hours=23))
        assert refusals.note(connection, 2, "mallory", NOW)
        assert refusals.note(connection, 1, "oscar", NOW)
        assert refusals.note(connection, 1, "mallory", NOW + timedelta(days=1, seconds=1))


def test_beyond_twenty_an_hour_nobody_gets_words_and_nothing_is_kept(database: Database) -> None:
    with database.write() as connection:
        told = [
            refusals.note(connection, 1, f"stranger-{n}", NOW + timedelta(minutes=n))
            for n in range(50)
        ]
        assert told == [True] * 20 + [False] * 30
        assert connection.execute(select(func.count()).select_from(rows)).scalar_one() == 20
        assert refusals.note(connection, 2, "stranger-50", NOW)
        assert refusals.note(connection, 1, "stranger-51", NOW + timedelta(minutes=61))
