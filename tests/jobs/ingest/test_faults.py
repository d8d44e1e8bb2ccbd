"""A delivery that we cannot ingest delays no other, and is given up in the end."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.core.events import CommandGiven, Interrupted
from bot.core.model.settings import EpicSettings
from jobs.engine.quarantine import MAX_FAULTS
from jobs.ingest import ingest_batch
from storage import deliveries, due, faults
from storage.deliveries import Delivery
from tests.jobs.arrivals import Arrivals

HOUR = timedelta(hours=1, seconds=1)


def test_a_delivery_that_cannot_be_ingested_is_parked(world: Arrivals) -> None:
    number = world.open_issue()
    world.github.comment("acme/widgets", number, "/orchestra status", by="ada")
    with world.database.write() as connection:
        now = world.database.now(connection)
        deliveries.add(connection, [Delivery("bad", "issues", b"[]")], now=now)
    with capture_logs() as logged:
        assert [type(event).__name__ for event in world.route()] == ["CommandGiven"]
        for _ in range(MAX_FAULTS):
            world.database.shift += HOUR
            ingest_batch(world.services)
    assert [one["event"] for one in logged].count("a delivery was parked") == 1
    with world.database.read() as connection:
        assert faults.count_parked(connection) == 1
        assert not due.has_uningested(connection, world.database.now(connection) + HOUR)


@pytest.mark.parametrize("spoiled", ["{", "{}", "[]", '{"retries": "many", "label": 3}'])
@pytest.mark.parametrize("table", ["epics", "repositories"])
def test_settings_that_no_longer_validate_keep_no_webhook_away(
    world: Arrivals, table: str, spoiled: str
) -> None:
    epic = world.epic()
    world.settings(EpicSettings())
    with world.database.write() as connection:
        connection.execute(text(f"UPDATE {table} SET settings = :new"), {"new": spoiled})
    number = epic.issue_number
    world.github.comment("acme/widgets", number, "/orchestra cancel", by="ada")
    world.github.close("acme/widgets", number, by="ada")
    assert [type(event) for event in world.route()] == [CommandGiven, Interrupted]
    with world.database.read() as connection:
        assert faults.count_parked(connection) == 0
        assert not due.has_uningested(connection, world.database.now(connection) + HOUR)
