"""Connections to PostgreSQL that were cut while nobody used them."""

import pytest
from sqlalchemy import text

from storage import database as databases
from storage.database import DatabaseAwayError
from tests.databases import cut_connections, fresh_database


def test_one_that_has_rested_is_tried_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "TRUSTED_SECONDS", -1)
    with fresh_database("postgresql") as database:
        with database.read() as connection:
            before = connection.scalar(text("SELECT pg_backend_pid()"))
        cut_connections(database)
        with database.write() as connection:
            assert connection.scalar(text("SELECT pg_backend_pid()")) != before


def test_one_that_was_just_used_is_trusted_and_given_up_when_it_fails() -> None:
    with fresh_database("postgresql") as database:
        with database.read() as connection:
            connection.execute(text("SELECT 1"))
        cut_connections(database)
        with pytest.raises(DatabaseAwayError), database.write() as connection:
            database.now(connection)
        with database.write() as connection:
            assert database.now(connection)
