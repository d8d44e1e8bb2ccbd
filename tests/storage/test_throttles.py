"""How long a limit is waited for."""

from datetime import datetime, timedelta

import pytest

from storage.database import Database
from storage.throttles import SAME_LIMIT, limited_seconds, throttle, throttled_until
from tests.stored_epics import NOW


@pytest.mark.parametrize(
    ("told", "refused", "seconds"),
    [
        (60, 0, 60),
        (60, 3000, 60),
        (15, 3000, 15),
        (1, 0, 1),
        (1, 1, 1),
        (1, 240, 240),
        (0, 0, 1),
        (5, 2, 5),
        (1, 9999, 600),
        (None, 0, 15),
        (None, 100, 100),
        (None, 9999, 600),
    ],
)
def test_a_limit_that_tells_next_to_nothing_grows(
    told: float | None, refused: float, seconds: float
) -> None:
    assert limited_seconds(told, refused) == seconds


def refuse(database: Database, told: float | None, now: datetime) -> float:
    with database.write() as connection:
        until = throttle(connection, "cursor", told, now)
    with database.read() as connection:
        assert throttled_until(connection, ["cursor", "github"], now) == until
        assert throttled_until(connection, ["github"], now) is None
    return (until - now).total_seconds()


@pytest.mark.both_databases
def test_whoever_is_refused_again_waits_for_as_long_again(database: Database) -> None:
    now, waits = NOW, []
    for _ in range(6):
        waits.append(refuse(database, None, now))
        now += timedelta(seconds=waits[-1] + 5)
    assert waits == [15, 20, 45, 95, 195, 395]


def test_a_limit_that_has_ended_is_forgotten(database: Database) -> None:
    later = NOW + timedelta(seconds=600)
    assert refuse(database, 500, NOW) == 500
    assert refuse(database, None, later + SAME_LIMIT) == 15


def test_what_was_on_its_way_shortens_no_limit(database: Database) -> None:
    assert refuse(database, 3600, NOW) == 3600
    assert refuse(database, None, NOW + timedelta(seconds=10)) == 3590
    assert refuse(database, 20, NOW + timedelta(seconds=20)) == 3580


def test_two_who_are_refused_at_once_wait_no_longer_than_one(database: Database) -> None:
    assert [refuse(database, None, NOW) for _ in range(3)] == [15, 15, 15]
