"""A database that is away is told apart from one that refuses what was asked of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from bot.outages import outages
from storage.database import Connection, Database, DatabaseAwayError
from tests.databases import fresh_database, sqlite_only


@pytest.fixture(autouse=True)
def nothing_away() -> None:
    outages.answered("the database")


@pytest.mark.parametrize("url", ["sqlite:///{}/missing/x.db", "postgresql+psycopg://127.0.0.1:1/x"])
def test_one_that_cannot_be_reached_is_told_of_once(url: str, tmp_path: Path) -> None:
    away = Database(url.format(tmp_path))
    with capture_logs() as lines:
        for _ in range(3):
            with pytest.raises(DatabaseAwayError), away.read():
                pass
    assert [line["event"] for line in lines] == ["the database does not answer"]


def fill(connection: Connection) -> None:
    pages = connection.scalar(text("PRAGMA page_count"))
    connection.execute(text(f"PRAGMA max_page_count={pages}"))
    connection.execute(text("CREATE TABLE big AS SELECT zeroblob(100000) AS x"))


@sqlite_only
def test_a_full_disk_is_an_outage_that_ends(database: Database) -> None:
    with capture_logs() as lines:
        with pytest.raises(DatabaseAwayError), database.write() as connection:
            fill(connection)
        database.close()
        with database.read():
            pass
    assert [line["event"] for line in lines] == [
        "the database does not answer",
        "the database answers again",
    ]


@pytest.mark.parametrize("state", ["53100", "57P01", "58030", "08006"])
def test_a_server_that_is_full_or_stopped_is_an_outage(state: str) -> None:
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '{state}'; END $$"
    with (
        fresh_database("postgresql") as server,
        pytest.raises(DatabaseAwayError, match="away"),
        server.write() as connection,
    ):
        connection.execute(text(raising))


def refuse(connection: Connection) -> None:
    connection.execute(text("SELECT * FROM nowhere"))


def clash(connection: Connection) -> None:
    for _ in range(2):
        connection.execute(text("INSERT INTO throttles VALUES ('x', '2026-01-01')"))


@pytest.mark.parametrize("ask", [refuse, clash])
def test_what_is_refused_is_no_outage(
    database: Database, ask: Callable[[Connection], None]
) -> None:
    with capture_logs() as lines, pytest.raises(DBAPIError), database.write() as connection:
        ask(connection)
    assert lines == []
