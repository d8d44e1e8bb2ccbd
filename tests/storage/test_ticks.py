from datetime import timedelta

from storage import ticks
from storage.database import Database


def _claim(database: Database, name: str) -> bool:
    with database.write() as connection:
        return ticks.claim(connection, name, 5.0, database.now(connection))


def test_work_is_claimed_once_in_its_interval(database: Database) -> None:
    assert [_claim(database, "reconcile") for _ in range(3)] == [True, False, False]
    assert _claim(database, "poll")

    database.shift += timedelta(seconds=6)
    assert [_claim(database, "reconcile") for _ in range(2)] == [True, False]
