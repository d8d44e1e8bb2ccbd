"""What was sent and decided outlives a power cut; what comes in again need not."""

from pathlib import Path

from sqlalchemy import text

from bot.settings import Settings
from bot.store import Store
from storage.database import Database

# https://sqlite.org/pragma.html#pragma_synchronous: only FULL makes a commit in WAL mode durable.
NORMAL, FULL = 1, 2


def synchronous(database: Database) -> int:
    with database.write() as connection:
        found: int = connection.execute(text("PRAGMA synchronous")).scalar_one()
    return found


def test_what_is_decided_and_sent_outlives_a_power_cut(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.db", "REDIS_URL": "redis://none"}
    settings = Settings.from_environment(environment, "clock")
    assert synchronous(Store.open(settings).database) == FULL
    assert synchronous(Store.open(settings, durable=False).database) == NORMAL
    assert synchronous(Database(f"sqlite:///{tmp_path}/y.db")) == FULL
