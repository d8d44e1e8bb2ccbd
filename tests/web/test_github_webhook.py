import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI
from redis import Redis
from sqlalchemy import select
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from bot.web import github_webhook
from bot.web.signed_bodies import check_signature
from jobs.engine.queue import queue_lengths
from storage.database import Database
from storage.tables import deliveries
from tests.databases import sqlite_only
from tests.web.signing import GITHUB_SECRETS, delivery

ISSUE = {"action": "edited", "issue": {"number": 1}, "repository": {"id": 1}}


def stored(database: Database) -> list[tuple[str, bytes]]:
    with database.read() as connection:
        rows = connection.execute(select(deliveries.c.event, deliveries.c.body))
        return [(row.event, row.body) for row in rows]


def with_headers(request: dict[str, Any], **headers: str | None) -> dict[str, Any]:
    """The request with headers set, or left out where None."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    merged = {**request["headers"], **named}
    return {**request, "headers": {name: one for name, one in merged.items() if one is not None}}


@pytest.mark.parametrize("secret", GITHUB_SECRETS)
def test_a_delivery_is_stored_and_a_worker_nudged(
    application: FastAPI, database: Database, redis: Redis, secret: str
) -> None:
    # The answer does not wait for the nudge, but the shutdown does.
    with TestClient(application) as web:
        answer = web.post("/webhooks/github", **delivery("issues", ISSUE, secret=secret))

    assert (answer.status_code, answer.json()) == (202, {"status": "stored"})
    assert stored(database) == [("issues", json.dumps(ISSUE).encode())]
    assert queue_lengths(redis) == {"high": 1, "medium": 0, "low": 0}


def test_the_signature_is_githubs() -> None:
    # The vector of docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries.
    digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    check_signature(b"Hello, World!", [f"sha256={digest}"], ["It's a Secret to Everybody"])


GOOD = delivery("issues", ISSUE)


@sqlite_only
@pytest.mark.parametrize(
    ("request_", "status", "message"),
    [
        (with_headers(GOOD, x_hub_signature_256=None), 401, "the request is not signed"),
        (delivery("issues", ISSUE, secret="guess"), 401, "the signature is wrong"),
        (with_headers(GOOD, x_hub_signature_256="sha256=é"), 401, "the signature is wrong"),
        ({**GOOD, "content": GOOD["content"] + b" "}, 401, "the signature is wrong"),
        (with_headers(GOOD, x_github_delivery=None), 400, "X-GitHub-Delivery is missing"),
        (with_headers(GOOD, x_github_delivery="a" * 65), 400, "X-GitHub-Delivery is missing"),
        (with_headers(GOOD, x_github_event=None), 400, "X-GitHub-Event is missing"),
        (with_headers(GOOD, content_type="text/plain"), 400, "set the webhook to"),
        (delivery("issues", b"payload=%7B%7D"), 400, "is not JSON"),
        (delivery("issues", b""), 400, "is not JSON"),
        (delivery("issues", b"\xff{}"), 400, "is not JSON"),
        (delivery("issues", b"[" * 100_000), 400, "is not JSON"),
        (delivery("issues", []), 400, "not a JSON object"),
    ],
)
def test_bad_input_is_named_and_not_stored(
    web: TestClient, database: Database, request_: dict[str, Any], status: int, message: str
) -> None:
    answer = web.post("/webhooks/github", **encoded(request_))

    assert answer.status_code == status
    assert message in answer.json()["error"]["message"]
    assert answer.json()["error"]["statusCode"] == status
    assert stored(database) == []


def encoded(request: dict[str, Any]) -> dict[str, Any]:
    headers = {name: value.encode("latin-1") for name, value in request["headers"].items()}
    return {**request, "headers": headers}


@sqlite_only
@pytest.mark.parametrize("is_announced", [True, False])
def test_an_oversized_body_is_refused(
    web: TestClient, database: Database, is_announced: bool
) -> None:
    body = b" " * (github_webhook.MAX_BODY + 1)
    request = delivery("issues", body)
    if not is_announced:
        request["content"] = iter([body[:100], body[100:]])

    answer = web.post("/webhooks/github", **request)

    assert answer.status_code == 413
    assert stored(database) == []


@sqlite_only
@pytest.mark.parametrize("event", ["ping", "sponsorship", "x" * 1000])
def test_an_unknown_event_is_forgotten(web: TestClient, database: Database, event: str) -> None:
    answer = web.post("/webhooks/github", **delivery(event, {"repository": "odd", "comment": 5}))

    assert (answer.status_code, answer.json()) == (202, {"status": "ignored"})
    assert stored(database) == []


def test_the_same_delivery_many_times_at_once_is_one_row(
    web: TestClient, database: Database
) -> None:
    with ThreadPoolExecutor(8) as pool:
        request = delivery("issues", ISSUE)
        answers = list(pool.map(lambda _: web.post("/webhooks/github", **request), range(16)))

    assert {answer.status_code for answer in answers} == {202}
    assert len(stored(database)) == 1


def test_what_cannot_be_stored_is_to_be_sent_again(web: TestClient, database: Database) -> None:
    deliveries.drop(database.engine)

    with capture_logs() as logs:
        answer = web.post("/webhooks/github", **delivery("issues", ISSUE))

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "DATABASE_ERROR"
    assert ("deliveries not stored", 1) in [(line["event"], line.get("count")) for line in logs]
