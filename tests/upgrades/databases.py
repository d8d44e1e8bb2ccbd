"""Databases of an older schema: their rows read out of SQLite, and put into either kind."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import (
    Boolean,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    func,
    select,
    text,
)

from sandbox.clock import Clock
from storage.database import Database
from storage.migrate import config_of
from tests.databases import Kind, administer, postgresql_server, sqlite_directory
from tests.upgrades.journal import Row, Rows

REVISIONS = "alembic_version"
WEBHOOK = "the webhook of that GUID"


class ClockedDatabase(Database):
    """Its time is the fakes', which stands still unless the story moves it."""

    clock = Clock()

    @cached_property
    def schema(self) -> MetaData:
        """The tables as they are when this is first asked for: those of the older release."""
        found = MetaData()
        with self.read() as connection:
            found.reflect(connection)
        return found

    def now(self, connection: Connection) -> datetime:
        """The story's time."""
        del connection
        return self.clock.now()


def read_rows(path: str) -> Rows:
    """All that is committed in a SQLite file, but for the bodies of webhooks: fakes send them."""
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = sorted(name for (name,) in names if name not in (REVISIONS, "sqlite_sequence"))
        return {table: _rows(connection, table) for table in tables}


def _rows(connection: sqlite3.Connection, table: str) -> dict[tuple[Any, ...], Row]:
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    keys = [name for _, name, *_, place in sorted(columns, key=lambda one: one[-1]) if place]
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY {', '.join(keys)}")
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, map(_plain, values), strict=True)) for values in cursor]
    return {tuple(row[key] for key in keys): row for row in rows}


def _plain(value: Any) -> Any:
    return WEBHOOK if isinstance(value, bytes) else value


def load_rows(database: ClockedDatabase, rows: Rows, webhooks: Mapping[str, bytes]) -> None:
    """Put rows into a database of the same schema, whose tables it was asked for itself."""
    with database.write() as connection:
        _load_rows(connection, database.schema, rows, webhooks)


def _load_rows(
    connection: Connection, schema: MetaData, rows: Rows, webhooks: Mapping[str, bytes]
) -> None:
    for table in schema.sorted_tables:
        found = list(rows.get(table.name, {}).values())
        if not found:
            continue
        made = [{name: _typed(table, name, row, webhooks) for name in row} for row in found]
        connection.execute(table.insert(), made)
        if connection.dialect.name == "postgresql":
            _move_sequence(connection, table)


def count_rows(database: Database, tables: Iterable[str]) -> dict[str, int]:
    """How many rows each of the tables has."""
    with database.read() as connection:
        return {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in tables
        }


def _move_sequence(connection: Connection, table: Table) -> None:
    """Let the table count on from its rows, where it counts them itself."""
    key = table.columns.get("id")
    if key is not None and isinstance(key.type, Integer):
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        counted = select(func.setval(text(sequence), func.max(key)))
        connection.execute(counted.where(text(f"{sequence} IS NOT NULL")))


def _typed(table: Table, name: str, row: Row, webhooks: Mapping[str, bytes]) -> Any:
    value, kind = row[name], table.columns[name].type
    if value is None:
        return None
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if kind.timezone else moment
    if isinstance(kind, Boolean):
        return bool(value)
    if isinstance(kind, LargeBinary):
        assert value == WEBHOOK
        return webhooks[row["guid"]]
    return value


@contextmanager
def database_at(kind: Kind, revision: str, clock: Clock) -> Iterator[ClockedDatabase]:
    """An empty database as the migrations up to `revision` make it, on the story's time.

    One for all stops of a process: what an engine has compiled takes longer than to empty it.
    """
    database = _database(kind, revision)
    (_empty_sqlite if database.is_sqlite else _empty_postgresql)(database, revision)
    database.clock = clock
    try:
        yield database
    finally:
        database.close()


@cache
def _database(kind: Kind, revision: str) -> ClockedDatabase:
    name = f"upgraded_from_{revision}"
    if kind == "sqlite":
        return ClockedDatabase(f"sqlite:///{sqlite_directory()}/{name}.db", durable=False)
    administer(f"CREATE DATABASE {name}_template")
    with closing(Database(postgresql_server().get_uri(f"{name}_template"))) as template:
        _migrate_to(template, revision)
    return ClockedDatabase(postgresql_server().get_uri(name))


def _migrate_to(database: Database, revision: str) -> None:
    with database.write() as connection:
        command.upgrade(config_of(connection), revision)


def _empty_sqlite(database: Database, revision: str) -> None:
    path = Path(database.url.database or "")
    for name in (f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    path.write_bytes(_sqlite_template(revision))


@cache
def _sqlite_template(revision: str) -> bytes:
    path = Path(sqlite_directory()) / f"template_{revision}.db"
    with closing(Database(f"sqlite:///{path}")) as database:
        _migrate_to(database, revision)
        database.checkpoint()
    return path.read_bytes()


def _empty_postgresql(database: Database, _: str) -> None:
    name = database.url.database
    administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    administer(f"CREATE DATABASE {name} TEMPLATE {name}_template")
