"""Kill the worker at any one of its boundaries: before a call, after it, before a commit."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from sqlalchemy import event

from tests.harness import Story


class WorkerKilled(BaseException):
    """The worker's process is gone from here on; nothing in the product may catch this."""


class Boundaries:
    """Counts the boundaries that the worker passes, and kills it at the one numbered `fatal`."""

    def __init__(self, fatal: int | None = None) -> None:
        self.fatal = fatal
        self.passed: list[str] = []
        self._worker: int | None = None

    @contextmanager
    def count(self) -> Iterator[None]:
        """While it is open, this thread is the worker."""
        self._worker = threading.get_ident()
        try:
            yield
        finally:
            self._worker = None

    def cross(self, name: str) -> None:
        """Pass one boundary; only the worker's own thread counts."""
        if threading.get_ident() != self._worker:
            return
        self.passed.append(name)
        if len(self.passed) == self.fatal:
            raise WorkerKilled(name)


class _Wire(httpx.BaseTransport):
    """A transport with a boundary before and after each request."""

    def __init__(self, inner: httpx.BaseTransport, boundaries: Boundaries) -> None:
        self._inner = inner
        self._boundaries = boundaries

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = f"{request.method} {request.url.path}"
        self._boundaries.cross(f"before {name}")
        response = self._inner.handle_request(request)
        response.read()
        self._boundaries.cross(f"after {name}")
        return response

    def close(self) -> None:
        self._inner.close()


@contextmanager
def watched(story: Story, boundaries: Boundaries) -> Iterator[None]:
    """Put boundaries around everything that the story's worker does outside itself."""
    services = story.services
    transport: Any = services.github._transport
    http: Any = services.cursor_http
    pool, wire = transport._pool, http._transport
    transport._pool, http._transport = _Wire(pool, boundaries), _Wire(wire, boundaries)

    def before_statement(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            connection.info["changed"] = True

    def before_commit(connection: Any) -> None:
        # A transaction that changed nothing is no boundary: dying before it or after is the same.
        if connection.info.pop("changed", False):
            boundaries.cross("before a commit")

    engine = services.database.engine
    story.working = boundaries.count
    event.listen(engine, "before_cursor_execute", before_statement)
    event.listen(engine, "commit", before_commit)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", before_statement)
        event.remove(engine, "commit", before_commit)
        transport._pool, http._transport = pool, wire
