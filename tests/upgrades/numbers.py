"""Random numbers that come out the same when a recording is played again."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random
from typing import Any
from unittest import mock

_stream: ContextVar[Random | None] = ContextVar("stream", default=None)
_random_uuid4 = uuid.uuid4


@contextmanager
def repeatable_uuids() -> Iterator[None]:
    """Within `drawn_from`, `uuid.uuid4` repeats itself; elsewhere it is as random as ever.

    The fakes name agents, runs, merges and webhooks by it.
    """
    with mock.patch("uuid.uuid4", _uuid4):
        yield


@contextmanager
def drawn_from(seed: int) -> Iterator[None]:
    """What this context does now is the recording's entry number `seed`."""
    token = _stream.set(Random(seed))
    try:
        yield
    finally:
        _stream.reset(token)


def _uuid4() -> uuid.UUID:
    stream = _stream.get()
    return uuid.UUID(int=stream.getrandbits(128), version=4) if stream else _random_uuid4()


class Numbered:
    """A fake's ASGI application, each request of which draws from the entry that it will be."""

    def __init__(self, application: Any, number: Any) -> None:
        self._application, self._number = application, number

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request; the fakes drop connections by `receive`, so it is passed on."""
        with drawn_from(self._number()):
            await self._application(scope, receive, send)
