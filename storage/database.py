"""Engine and transactions.

SQLite runs in WAL mode with the driver's own transaction handling off: every writing transaction
begins with BEGIN IMMEDIATE, since a read-then-write under a deferred BEGIN can lose its update.
The write-ahead log is moved into the database by `checkpoint` on a connection of its own, so that
no webhook waits for it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.outages import outages

# The packages that carry a transaction through name its type from here; only storage speaks SQL.
__all__ = ["Connection", "Database", "DatabaseAwayError", "DatabaseFailed", "is_address"]

SQLITE_BUSY_MILLISECONDS = 10_000
# A connection to PostgreSQL that was in use so lately is taken to be alive still.
TRUSTED_SECONDS = 1.0

# PostgreSQL's classes of errors (its manual, appendix A) that are about the server and not about
# what was asked: no connection, no room, stopped by its operator, a fault of disk or memory.
_AWAY_CLASSES = ("08", "53", "57P", "58")
_AWAY_SQLITE = (
    "SQLITE_CANTOPEN",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_NOTADB",
    "SQLITE_READONLY",
)


class DatabaseAwayError(Exception):
    """The database does not answer or cannot write; the log has been told once."""


# The database does not answer, is full or busy: no fault of what was to be stored.
DatabaseFailed = (DatabaseAwayError, DisconnectionError, OperationalError)


class Database:
    """One engine, and the database's own clock.

    `url` is SQLAlchemy's: `sqlite:///…`, or `postgresql+psycopg://…` for the driver installed.
    `ahead` says how far the clock of every database in this process is ahead of the true time. It
    is asked at each look at the clock, and is zero but where the demo lets minutes pass.
    `durable` has SQLite wait for the disk at each commit: without it, a power cut may undo the
    last ones. PostgreSQL always does.
    """

    ahead: ClassVar[Callable[[], timedelta]] = timedelta

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = (
            _sqlite_engine(url, durable=durable) if self.is_sqlite else _postgresql_engine(url)
        )
        # PostgreSQL is spared two journeys: BEGIN and COMMIT would change nothing there.
        self._reading = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        # Claims, due times and the decisions' `now` are one clock's; tests move it.
        self.shift = timedelta()

    def read(self) -> AbstractContextManager[Connection]:
        """Open a connection that only reads: on one view of the data in SQLite.

        PostgreSQL shows each statement what is committed by then, in a transaction or not.
        """
        return self._transaction(self._reading, "BEGIN")

    def write(self) -> AbstractContextManager[Connection]:
        """Open a transaction that writes; commits at the end, rolls back on any exception."""
        return self._transaction(self.engine, "BEGIN IMMEDIATE")

    @contextmanager
    def _transaction(self, engine: Engine, begin: str) -> Iterator[Connection]:
        """Run one; raises DatabaseAwayError where the database, not what was asked, is at fault."""
        try:
            with engine.connect() as connection, connection.begin():
                if self.is_sqlite:
                    _driver(connection).execute(begin)
                yield connection
        except Exception as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if not self._is_away(error, cause):
                raise
            outages.failed("the database", cause)
            raise DatabaseAwayError(str(cause)) from error
        outages.answered("the database")

    def _is_away(self, error: Exception, cause: BaseException | None) -> bool:
        if not isinstance(cause, self.engine.dialect.loaded_dbapi.Error):
            return False
        if self.is_sqlite:
            return getattr(cause, "sqlite_errorname", "").startswith(_AWAY_SQLITE)
        state = getattr(cause, "sqlstate", None)
        is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
        is_refused = state is None and isinstance(
            cause, self.engine.dialect.loaded_dbapi.OperationalError
        )
        return is_lost or is_refused or (state or "").startswith(_AWAY_CLASSES)

    def now(self, connection: Connection) -> datetime:
        """Return the database's time in UTC, the same for every process."""
        statement = (
            "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"
            if self.is_sqlite
            else "SELECT clock_timestamp()"
        )
        (value,) = _driver(connection).execute(statement).fetchone()
        if isinstance(value, str):
            value = datetime.fromisoformat(value).replace(tzinfo=UTC)
        return _utc(value) + type(self).ahead() + self.shift

    @property
    def address(self) -> str:
        """Where it is: a file, or a host and a name; no password."""
        url = self.url
        return f"{url.database}" if self.is_sqlite else f"{url.host or 'localhost'}/{url.database}"

    def version(self, connection: Connection) -> str:
        """Return the server's name and version, as `SQLite 3.46.1`."""
        if self.is_sqlite:
            return f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}"
        return f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"

    def checkpoint(self) -> None:
        """Move SQLite's write-ahead log into the database file, without blocking writers."""
        if self.is_sqlite:
            with self.engine.connect() as connection, connection.begin():
                connection.execute(text("PRAGMA wal_checkpoint(PASSIVE)"))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def is_address(url: str) -> bool:
    """Whether the driver can make sense of every part of `url`; nothing is connected."""
    try:
        name = make_url(url)
        name.get_dialect()().create_connect_args(name)
    except (SQLAlchemyError, ValueError):
        return False
    return True


def _driver(connection: Connection) -> Any:
    """Return the driver's own connection: what is asked so often need not be compiled or logged."""
    return connection.connection.driver_connection


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _postgresql_engine(url: str) -> Engine:
    """Make an engine that tries connections first, like `pool_pre_ping`, but only after a rest."""
    engine = create_engine(url)

    @event.listens_for(engine, "checkin")
    def rest(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["resting_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def try_rested(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        rested = time.monotonic() - record.info.get("resting_since", time.monotonic())
        if rested > TRUSTED_SECONDS and not _answers(engine, connection):
            raise DisconnectionError

    return engine


def _answers(engine: Engine, connection: Any) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error:
        return False


def _sqlite_engine(url: str, *, durable: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": SQLITE_BUSY_MILLISECONDS / 1000})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={'FULL' if durable else 'NORMAL'}",
            "foreign_keys=ON",
            "wal_autocheckpoint=0",
            f"busy_timeout={SQLITE_BUSY_MILLISECONDS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine
