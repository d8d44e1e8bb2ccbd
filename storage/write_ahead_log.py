"""Keep SQLite's write-ahead log small without making a webhook wait for it."""

from pathlib import Path

from storage.database import Database

MAX_LOG = 64 * 1024 * 1024  # bytes


def tend(database: Database, largest: int = MAX_LOG) -> None:
    """Move the log into the database file; cut the log off when it is above `largest` bytes.

    The first blocks nobody, but under writing without a pause the log grows all the same; the
    second makes writers wait for a moment.
    """
    database.checkpoint()
    if _log_size(database) > largest:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _log_size(database: Database) -> int:
    try:
        return Path(f"{database.url.database}-wal").stat().st_size
    except FileNotFoundError:
        return 0
