"""Periodic work is done once in its interval, whatever the clock does."""

from datetime import timedelta

import pytest

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


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(hours=1), timedelta(days=400)])
def test_work_is_done_although_the_clock_was_set_back(database: Database, back: timedelta) -> None:
    assert _claim(database, "reconcile")
    database.shift -= back
    assert [_claim(database, "reconcile") for _ in range(2)] == [True, False]
    database.shift += timedelta(seconds=6)
    assert [_claim(database, "reconcile") for _ in range(2)] == [True, False]
