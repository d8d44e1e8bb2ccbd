"""A delivery that we cannot ingest delays no other, and is given up in the end."""

from datetime import timedelta

from structlog.testing import capture_logs

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
