from pathlib import Path

import pytest

from storage import deliveries, write_ahead_log
from storage.database import Database
from storage.deliveries import Delivery
from tests.databases import fresh_database
from tests.stored_epics import NOW


def log_of(database: Database) -> Path:
    return Path(f"{database.url.database}-wal")


@pytest.mark.parametrize(("largest", "is_cut"), [(10_000, True), (10_000_000, False)])
def test_a_log_above_its_bound_is_cut_off(largest: int, is_cut: bool) -> None:
    with fresh_database("sqlite") as database:
        with database.write() as connection:
            deliveries.add(connection, [Delivery("a", "push", b"x" * 50_000)], now=NOW)
        assert log_of(database).stat().st_size > 50_000

        write_ahead_log.tend(database, largest)

        assert (log_of(database).stat().st_size == 0) is is_cut


def test_a_database_that_was_never_written_has_no_log() -> None:
    with fresh_database("sqlite") as database:
        write_ahead_log.tend(database)
        assert not log_of(database).exists() or log_of(database).stat().st_size == 0
