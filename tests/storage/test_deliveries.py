import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from storage import deliveries
from storage.database import Database
from storage.deliveries import Delivery
from storage.tables import deliveries as table

NOW = datetime(2026, 3, 2, 9, 12, 44, tzinfo=UTC)


def stored(database: Database) -> list[tuple[str, str, bytes]]:
    with database.read() as connection:
        rows = connection.execute(
            select(table.c.guid, table.c.event, table.c.body).order_by(table.c.id)
        )
        return [(row.guid, row.event, row.body) for row in rows]


@pytest.mark.parametrize("guids", [["a"], ["a", "b"], ["a", "a"], ["a", "b", "a"]], ids="".join)
def test_each_guid_is_stored_once(database: Database, guids: list[str]) -> None:
    with database.write() as connection:
        received = [Delivery(guid, "push", b"%d" % n) for n, guid in enumerate(guids)]
        deliveries.add(connection, received, now=NOW)

    firsts = {guid: b"%d" % guids.index(guid) for guid in guids}
    assert stored(database) == [(guid, "push", body) for guid, body in firsts.items()]


def test_a_redelivery_changes_nothing(database: Database) -> None:
    for body in (b"first", b"again"):
        with database.write() as connection:
            deliveries.add(connection, [Delivery("a", "push", body)], now=NOW)

    assert stored(database) == [("a", "push", b"first")]


def test_the_same_delivery_twice_at_once_is_one_row(database: Database) -> None:
    barrier = threading.Barrier(4)

    def deliver() -> None:
        barrier.wait()
        with database.write() as connection:
            deliveries.add(connection, [Delivery("a", "push", b"{}")], now=NOW)

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert stored(database) == [("a", "push", b"{}")]


def test_a_delivery_waits_to_be_routed(database: Database) -> None:
    with database.write() as connection:
        deliveries.add(connection, [Delivery("a", "push", b"{}")], now=NOW)

    with database.read() as connection:
        row = connection.execute(select(table)).one()
    assert (row.received_at, row.ingested_at, row.tries) == (NOW, None, 0)
