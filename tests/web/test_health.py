from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, SimpleWorker
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.web import health
from bot.web.health import Finding, Health, HealthWatch, Watched
from storage.database import Database
from tests.databases import sqlite_only


@pytest.fixture
def unreachable() -> Iterator[Redis]:
    with Redis(unix_socket_path="/nowhere/at/all.sock", retry=Retry(NoBackoff(), 0)) as redis:
        yield redis


def client(database: Database, redis: Redis) -> TestClient:
    watch = HealthWatch(database, redis)
    for one in watch.checks:
        one.refresh()
    return TestClient(Starlette(routes=watch.routes()))


def register_worker(redis: Redis, name: str) -> SimpleWorker:
    worker = SimpleWorker([Queue("high", connection=redis)], name=name, connection=redis)
    worker.register_birth()  # type: ignore[no-untyped-call]
    return worker


@pytest.mark.parametrize("path", ["/health", "/api/health"])
def test_all_is_well(database: Database, redis: Redis, path: str) -> None:
    register_worker(redis, "one")
    Queue("high", connection=redis).enqueue("jobs.wiring.ingest_deliveries")

    answer = client(database, redis).get(path)

    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert answer.json()["status"] == "healthy"
    assert {name: check["message"] for name, check in checks.items()} == {
        "database": "answers",
        "queue": "high 1, medium 0, low 0",
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
