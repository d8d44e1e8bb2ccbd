"""Kill the worker at any one of its boundaries: before a call, after it, before a commit."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
from sqlalchemy import event, select

from storage.tables import effects
from tests.harness import Story

COMMIT = "a commit"
_NUMBERS = re.compile(r"[0-9a-f-]{7,}|[0-9]+")


class WorkerKilled(BaseException):
    """The worker's process is gone from here on; nothing in the product may catch this."""


class Boundaries:
    """Counts the boundaries that the worker passes, and kills it at the one numbered `fatal`.

    `deaths` says, by their names, how often it is killed at boundaries besides: again and again,
    but after each death at one it passes the next of the same name. `changes` are what the worker
    has changed outside itself, in order: commits, and requests that write.
    """

    def __init__(self, fatal: int | None = None, deaths: Counter[str] | None = None) -> None:
        self.fatal = fatal
        self.deaths = deaths or Counter()
        self._spared: set[str] = set()
        self.passed: list[str] = []
        self.changes: list[str] = []
        self._changes_at: list[int] = []
        self._worker: int | None = None

    @contextmanager
    def count(self) -> Iterator[None]:
        """While it is open, this thread is the worker; when killed, what it had queued stays."""
        self._worker = threading.get_ident()
        try:
            with suppress(WorkerKilled):
                yield
        finally:
            self._worker = None

    def cross(self, name: str) -> None:
        """Pass one boundary; only the worker's own thread counts."""
        if threading.get_ident() != self._worker:
            return
        self.passed.append(name)
        self._changes_at.append(len(self.changes))
        if len(self.passed) == self.fatal or self._is_next_death(name):
            raise WorkerKilled(name)

    def _is_next_death(self, name: str) -> bool:
        if name in self._spared:
            self._spared.remove(name)
            return False
        if not self.deaths[name]:
            return False
        self.deaths[name] -= 1
        self._spared.add(name)
        return True

    def names(self) -> Counter[str]:
        """The names of the distinct boundaries, and how many there are of each."""
        return Counter(self.passed[number - 1] for number in self.distinct())

    def distinct(self) -> list[int]:
        """The numbers of the boundaries that tell apart: dying at others leaves the same world.

        Of those with nothing changed in between, it is the last: right before the next change.
        """
        return list(
            {changes: number for number, changes in enumerate(self._changes_at, 1)}.values()
        )

    def unstored_answers(self) -> dict[int, str]:
        """The boundaries at which a request has written and nothing of it is stored yet.

        With what is lost: the kind of the effect, and of the request.
        """
        last = {number: self.changes[: self._changes_at[number - 1]] for number in self.distinct()}
        return {
            number: before[-1] for number, before in last.items() if before and before[-1] != COMMIT
        }


class _Wire(httpx.BaseTransport):
    """A transport with a boundary before and after each request."""

    def __init__(self, inner: httpx.BaseTransport, boundaries: Boundaries, story: Story) -> None:
        self._inner = inner
        self._boundaries = boundaries
        self._story = story

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = f"{request.method} {request.url.path}"
        self._boundaries.cross(f"before {name}")
        response = self._inner.handle_request(request)
        response.read()
        if _writes(request):
            performed = " and ".join(_performed(self._story))
            self._boundaries.changes.append(f"{performed}: {_NUMBERS.sub('*', name)}")
        self._boundaries.cross(f"after {name}")
        return response

    def close(self) -> None:
        self._inner.close()


def _performed(story: Story) -> list[str]:
    """The kinds of effect that are being carried out."""
    query = select(effects.c.kind).where(effects.c.state.in_(("claimed", "sent")))
    with story.services.database.read() as connection:
        return sorted(connection.execute(query).scalars())


def _writes(request: httpx.Request) -> bool:
    if request.url.path.endswith("/graphql"):
        return b"mutation" in request.content
    return request.method != "GET"


@contextmanager
def watched(story: Story, boundaries: Boundaries) -> Iterator[None]:
    """Put boundaries around everything that the story's worker does outside itself."""
    services = story.services
    transport: Any = services.github._transport
    http: Any = services.agents_http
    pool, wire = transport._pool, http._transport
    transport._pool = _Wire(pool, boundaries, story)
    llm: Any = services.language_model and services.language_model.http
    llm_wire = llm and llm._transport
    if llm:
        llm._transport = _Wire(llm_wire, boundaries, story)
    http._transport = _Wire(wire, boundaries, story)

    def before_statement(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            connection.info["changed"] = True

    def before_commit(connection: Any) -> None:
        # A transaction that changed nothing is no boundary: dying before it or after is the same.
        if connection.info.pop("changed", False):
            boundaries.cross(f"before {COMMIT}")
            boundaries.changes.append(COMMIT)

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
        if llm:
            llm._transport = llm_wire
