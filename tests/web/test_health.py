import time
from collections.abc import Iterator

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, SimpleWorker
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.web import health
from bot.web.health import health_routes
from storage.database import Database
from tests.databases import sqlite_only


@pytest.fixture
def unreachable() -> Iterator[Redis]:
    with Redis(unix_socket_path="/nowhere/at/all.sock", retry=Retry(NoBackoff(), 0)) as redis:
        yield redis


def client(database: Database, redis: Redis) -> TestClient:
    return TestClient(Starlette(routes=health_routes(database, redis)))


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


@sqlite_only
def test_a_check_that_does_not_answer_is_not_waited_for(
    database: Database, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.001)
    monkeypatch.setattr(health, "check_queue", lambda _redis: time.sleep(0.05))

    answer = client(database, redis).get("/health")

    assert answer.status_code == 503
    assert answer.json()["checks"]["queue"]["message"] == "no answer within 0.001 s"
