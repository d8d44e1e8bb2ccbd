from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, SimpleWorker
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.clients.errors import ClientError, RateLimited, TransientError, Unauthorized
from bot.store import Store
from bot.web import health
from bot.web.health import Finding, Health, HealthWatch, Watched
from jobs import provider_health
from storage import ticks
from storage.database import Database
from tests.databases import sqlite_only


class Answering:
    """As much of a provider as is asked whether it answers."""

    def __init__(self, *refusals: ClientError) -> None:
        self.refusals = list(refusals)
        self.asked = 0

    def me(self) -> str:
        """Answer, once the refusals are used up."""
        self.asked += 1
        if self.refusals:
            raise self.refusals.pop(0)
        return "the key's name"


@pytest.fixture
def unreachable() -> Iterator[Redis]:
    with Redis(unix_socket_path="/nowhere/at/all.sock", retry=Retry(NoBackoff(), 0)) as redis:
        yield redis


def client(database: Database, redis: Redis) -> TestClient:
    watch = HealthWatch(database, redis)
    for one in watch.checks:
        one.refresh()
    return TestClient(Starlette(routes=watch.routes()))


def ask(store: Store, provider: Any) -> None:
    provider_health.ask(store, provider)


def register_worker(redis: Redis, name: str) -> SimpleWorker:
    worker = SimpleWorker([Queue("high", connection=redis)], name=name, connection=redis)
    worker.register_birth()  # type: ignore[no-untyped-call]
    return worker


def look(database: Database) -> None:
    """As the clock does each second."""
    with database.write() as connection:
        ticks.claim(connection, "reconcile", 1.0, database.now(connection))


def test_a_clock_that_stands_still_is_told(database: Database, redis: Redis) -> None:
    def clock() -> tuple[str, str]:
        check = client(database, redis).get("/health").json()["checks"]["clock"]
        return check["status"], check["message"]

    assert clock() == ("degraded", "last looked never: is `orchestra clock` running?")
    look(database)
    assert clock() == ("healthy", "runs")
    database.shift += timedelta(seconds=20)
    assert clock()[0] == "degraded"


@sqlite_only
def test_a_database_that_takes_no_writing_is_unhealthy(database: Database, redis: Redis) -> None:
    def forbid(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    event.listen(database.engine, "connect", forbid)
    database.close()
    try:
        answer = client(database, redis).get("/health")
    finally:
        event.remove(database.engine, "connect", forbid)
        database.close()
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["status"] == "unhealthy"


@pytest.mark.parametrize("path", ["/health", "/api/health"])
def test_all_is_well(database: Database, redis: Redis, path: str) -> None:
    register_worker(redis, "one")
    ask(Store(database=database, redis=redis), Answering())
    look(database)
    Queue("high", connection=redis).enqueue("jobs.wiring.ingest_deliveries")

    answer = client(database, redis).get(path)

    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert answer.json()["status"] == "healthy"
    messages = {name: check["message"] for name, check in checks.items()}
    assert messages.pop("cursor").startswith("answers, asked at ")
    assert messages == {
        "database": "answers",
        "queue": "high 1, medium 0, low 0",
        "clock": "runs",
        "workers": "1 alive",
    }
    assert all(check["responseTime"] >= 0 for check in checks.values())


@sqlite_only
def test_without_living_workers_it_is_degraded(database: Database, redis: Redis) -> None:
    dead = register_worker(redis, "dead")
    redis.delete(dead.key)  # its heartbeat ran out

    answer = client(database, redis).get("/health")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["workers"]["message"] == "0 alive"


@sqlite_only
def test_without_the_queue_it_is_unhealthy(database: Database, unreachable: Redis) -> None:
    answer = client(database, unreachable).get("/health")

    assert (answer.status_code, answer.json()["status"]) == (503, "unhealthy")
    assert answer.json()["checks"]["database"]["status"] == "healthy"
    assert answer.json()["checks"]["queue"]["status"] == "unhealthy"
    assert "nowhere" not in answer.text


def test_without_the_database_it_is_unhealthy(redis: Redis) -> None:
    lost = Database("postgresql://nobody:hidden@127.0.0.1:1/none")

    answer = client(lost, redis).get("/health")

    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["status"] == "unhealthy"
    assert "hidden" not in answer.text


def test_a_check_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.0)
    entries = []

    def hang() -> Finding:
        entries.append(watched.entry())
        return Finding(Health.HEALTHY, "answers")

    watched = Watched("queue", hang)
    assert watched.entry()["message"] == "not asked yet"
    watched.refresh()

    assert (entries[0]["status"], entries[0]["message"]) == (
        Health.UNHEALTHY,
        "no answer within 0 s",
    )
    assert watched.entry()["message"] == "answers"


def about_cursor(database: Database, redis: Redis) -> tuple[str, str]:
    check = client(database, redis).get("/health").json()["checks"]["cursor"]
    return check["status"], check["message"].partition(", asked at ")[0]


def test_cursor_is_asked_once_a_minute_however_many_clocks_and_readers(
    database: Database, redis: Redis
) -> None:
    store, cursor = Store(database=database, redis=redis), Answering()
    for _ in range(3):
        ask(store, cursor)
        assert about_cursor(database, redis) == ("healthy", "answers")
    assert cursor.asked == 1
    database.shift += timedelta(seconds=61)
    ask(store, cursor)
    assert cursor.asked == 2


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Unauthorized("Cursor", "key of ada@example.com", status=401), "refuses our key"),
        (TransientError("Cursor", "ada's network"), "does not answer as it should"),
    ],
)
@sqlite_only
def test_health_says_that_cursor_keeps_us_out_and_nothing_else(
    database: Database, redis: Redis, refusal: ClientError, said: str
) -> None:
    ask(Store(database=database, redis=redis), Answering(refusal))
    assert about_cursor(database, redis) == ("degraded", said)
    assert "ada" not in client(database, redis).get("/health").text


@sqlite_only
def test_a_limit_of_cursors_is_an_answer(database: Database, redis: Redis) -> None:
    limit = RateLimited("Cursor", "slow down", retry_after=None)
    ask(Store(database=database, redis=redis), Answering(limit))
    assert about_cursor(database, redis) == ("healthy", "answers, and limits us")


@sqlite_only
def test_health_says_that_nobody_has_asked_cursor(database: Database, redis: Redis) -> None:
    assert about_cursor(database, redis) == ("degraded", "not asked lately: is the clock running?")
    ask(Store(database=database, redis=redis), None)
    assert about_cursor(database, redis) == (
        "degraded",
        "not asked: the clock has no CURSOR_API_KEY",
    )


@sqlite_only
def test_health_is_answered_from_memory(database: Database, redis: Redis) -> None:
    watch = HealthWatch(database, redis)
    for one in watch.checks:
        one.refresh()
    web = TestClient(Starlette(routes=watch.routes()))
    with statements(database) as asked:
        assert [web.get("/health").status_code for _ in range(20)] == [200] * 20
    assert asked == []


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
