"""One thread that stores deliveries, as many at once as have come in meanwhile."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog

from storage import deliveries
from storage.database import Database
from storage.deliveries import Delivery

LARGEST_GROUP = 500  # deliveries in one transaction
LONGEST_QUEUE = 2_000  # deliveries that may wait; beyond, the sender is told to come again

log = structlog.get_logger(__name__)


class NotStoredError(Exception):
    """The delivery is not in the database; the log says why."""


class _Waiting(NamedTuple):
    delivery: Delivery
    answer: "asyncio.Future[None]"


class DeliveryWriter:
    """Stores deliveries in groups: one commit for all that waited while the last one was made.

    `stored` is called after each commit, on the writer's thread.
    """

    def __init__(self, database: Database, stored: Callable[[], None]) -> None:
        self._database = database
        self._stored = stored
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="delivery-writer", daemon=True)

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Store what waits, then end."""
        self._queue.put(None)
        self._thread.join()

    async def write(self, delivery: Delivery) -> None:
        """Return once `delivery` is committed; raises NotStoredError."""
        if self._queue.qsize() >= LONGEST_QUEUE:
            raise NotStoredError
        answer = asyncio.get_running_loop().create_future()
        self._queue.put(_Waiting(delivery, answer))
        await answer

    def _run(self) -> None:
        while group := self._next_group():
            self._write(group)

    def _next_group(self) -> list[_Waiting]:
        """What waits, at least one; nothing when the end has come."""
        group: list[_Waiting] = []
        one = self._queue.get()
        while one is not None:
            group.append(one)
            if len(group) == LARGEST_GROUP or self._queue.empty():
                return group
            one = self._queue.get()
        if group:
            self._queue.put(None)
        return group

    def _write(self, group: list[_Waiting]) -> None:
        try:
            with self._database.write() as connection:
                now = self._database.now(connection)
                deliveries.add(connection, [one.delivery for one in group], now=now)
        except Exception:
            log.exception("deliveries not stored", count=len(group))
            _resolve(group, NotStoredError())
        else:
            _resolve(group, None)
            self._stored()


def _resolve(group: Sequence[_Waiting], error: NotStoredError | None) -> None:
    """Wake the requests that wait, each event loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for one in group:
        by_loop.setdefault(one.answer.get_loop(), []).append(one.answer)
    for loop, answers in by_loop.items():
        loop.call_soon_threadsafe(_set, answers, error)


def _set(answers: Sequence["asyncio.Future[None]"], error: NotStoredError | None) -> None:
    for answer in answers:
        if answer.done():  # the sender hung up
            continue
        if error is None:
            answer.set_result(None)
        else:
            answer.set_exception(error)
