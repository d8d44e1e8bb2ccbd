import asyncio

import pytest
from structlog.testing import capture_logs

from bot.web import delivery_writer
from bot.web.delivery_writer import DeliveryWriter, NotStoredError
from storage.database import Database
from storage.deliveries import Delivery
from storage.tables import deliveries
from tests.databases import cut_connections, fresh_database, sqlite_only


def numbered(count: int) -> list[Delivery]:
    return [Delivery(str(number), "push", b"{}") for number in range(count)]


async def write_all(writer: DeliveryWriter, given: list[Delivery]) -> list[BaseException | None]:
    """Write at once; the writer's thread starts when all of them wait."""
    waiting = [asyncio.create_task(writer.write(one)) for one in given]
    await asyncio.sleep(0)
    writer.start()
    return await asyncio.gather(*waiting, return_exceptions=True)


@pytest.mark.parametrize(
    ("count", "largest_group", "commits"), [(1, 10, 1), (10, 10, 1), (25, 10, 3)]
)
def test_what_waits_is_committed_together(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    largest_group: int,
    commits: int,
) -> None:
    monkeypatch.setattr(delivery_writer, "MAX_GROUP", largest_group)
    stored: list[int] = []
    writer = DeliveryWriter(database, lambda: stored.append(1))

    errors = asyncio.run(write_all(writer, numbered(count)))
    writer.stop()

    assert errors == [None] * count
    assert len(stored) == commits
    with database.read() as connection:
        assert len(connection.execute(deliveries.select()).all()) == count


def test_a_connection_that_died_unnoticed_costs_no_delivery() -> None:
    with fresh_database("postgresql") as database:
        with database.read() as connection:
            database.now(connection)
        cut_connections(database)
        writer = DeliveryWriter(database, lambda: None)

        errors = asyncio.run(write_all(writer, numbered(2)))
        writer.stop()

        assert errors == [None, None]
        with database.read() as connection:
            assert len(connection.execute(deliveries.select()).all()) == 2


@sqlite_only
def test_a_group_that_fails_is_told_so_and_logged_and_the_next_one_is_stored(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_writer, "MAX_GROUP", 2)
    unfit = Delivery("unfit", "push", "no bytes")  # type: ignore[arg-type]
    fit, alone, after = numbered(3)
    stored: list[int] = []
    writer = DeliveryWriter(database, lambda: stored.append(1))

    with capture_logs() as logs:
        errors = asyncio.run(write_all(writer, [fit, unfit, alone, after]))
        writer.stop()

    assert [type(error) for error in errors] == [NotStoredError] * 2 + [type(None)] * 2
    assert [(line["event"], line["count"]) for line in logs] == [("deliveries not stored", 2)] * 2
    assert len(stored) == 1


@sqlite_only
def test_too_many_waiting_are_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_writer, "MAX_QUEUE", 3)
    writer = DeliveryWriter(database, lambda: None)

    errors = asyncio.run(write_all(writer, numbered(5)))
    writer.stop()

    assert errors[:3] == [None] * 3
    assert [type(error) for error in errors[3:]] == [NotStoredError] * 2


@sqlite_only
def test_what_waits_at_the_end_is_still_stored(database: Database) -> None:
    writer = DeliveryWriter(database, lambda: None)

    async def write_and_stop() -> None:
        waiting = asyncio.create_task(writer.write(numbered(1)[0]))
        await asyncio.sleep(0)
        writer.start()
        writer.stop()
        await waiting

    asyncio.run(write_and_stop())


@sqlite_only
def test_a_sender_that_hung_up_disturbs_nobody(database: Database) -> None:
    writer = DeliveryWriter(database, lambda: None)
    hung_up, stays = numbered(2)

    async def write() -> None:
        first, second = (asyncio.create_task(writer.write(one)) for one in (hung_up, stays))
        await asyncio.sleep(0)
        first.cancel()
        writer.start()
        await second

    asyncio.run(write())
    writer.stop()
