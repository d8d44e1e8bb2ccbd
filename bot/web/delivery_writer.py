"""One thread that stores deliveries, as many at once as have come in meanwhile."""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog

from storage import deliveries
from storage.database import Database, DatabaseAwayError
from storage.deliveries import Delivery

MAX_GROUP = 500  # deliveries in one transaction
MAX_QUEUE = 2_000  # deliveries that may wait; beyond, the sender is told to come again

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
        # What one turn of the event loop has brought. Handed over together: a thread woken for
        # the first alone would take the interpreter lock from the loop that reads the others.
        self._fresh: list[_Waiting] = []
        self._waiting: deque[_Waiting] = deque()
        self._goes_on: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="delivery-writer", daemon=True)

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Store what waits, then end; for the event loop's thread, as `write`."""
        self._hand_over()
        self._goes_on.put(False)
        self._thread.join()

    async def write(self, delivery: Delivery) -> None:
        """Return once `delivery` is committed; raises NotStoredError."""
        if len(self._waiting) + len(self._fresh) >= MAX_QUEUE:
            raise NotStoredError
        loop = asyncio.get_running_loop()
        if not self._fresh:
            loop.call_soon(self._hand_over)
        answer = loop.create_future()
        self._fresh.append(_Waiting(delivery, answer))
        await answer

    def _hand_over(self) -> None:
        self._waiting.extend(self._fresh)
        self._fresh.clear()
        self._goes_on.put(True)

    def _run(self) -> None:
        while self._goes_on.get():
            while group := self._next_group():
                self._write(group)

    def _next_group(self) -> list[_Waiting]:
        size = min(len(self._waiting), MAX_GROUP)
        return [self._waiting.popleft() for _ in range(size)]

    def _write(self, group: list[_Waiting]) -> None:
        if self._store(group) or self._store(group):
            _resolve(group, None)
            self._stored()
        else:
            _resolve(group, NotStoredError())

    def _store(self, group: list[_Waiting]) -> bool:
        """Whether that went well; a connection that had died unnoticed is not met a second time."""
        try:
            with self._database.write() as connection:
                now = self._database.now(connection)
                deliveries.add(connection, [one.delivery for one in group], now=now)
        except DatabaseAwayError:
            return False
        except Exception:
            log.exception("deliveries not stored", count=len(group))
            return False
        return True


def _resolve(group: Sequence[_Waiting], error: NotStoredError | None) -> None:
    """Wake the requests that wait, all at once."""
    answers = [one.answer for one in group]
    answers[0].get_loop().call_soon_threadsafe(_set, answers, error)


def _set(answers: Sequence["asyncio.Future[None]"], error: NotStoredError | None) -> None:
    for answer in answers:
        if answer.done():  # the sender hung up
            continue
        if error is None:
            answer.set_result(None)
        else:
            answer.set_exception(error)
