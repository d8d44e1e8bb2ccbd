import base64
from collections.abc import Iterator

import httpx
import pytest

from sandbox.cursor import (
    Cursor,
    Fault,
    bad_gateway,
    cancel_failed,
    connection_dropped,
    github_throttled,
    rate_limited,
    unverifiable_branch,
)
from sandbox.serving import LoopbackServer
from tests.sandbox.cursor.conftest import KEY
from tests.sandbox.cursor.test_v0 import body

LAUNCH = "POST /v0/agents"


@pytest.fixture
def wire(cursor: Cursor) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {KEY}"}
    with (
        LoopbackServer(cursor.asgi) as server,
        httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client,
    ):
        yield client


def test_keys(cursor: Cursor, wire: httpx.Client) -> None:
    basic = base64.b64encode(f"{KEY}:".encode()).decode()
    statuses = [
        wire.get(path, headers={"Authorization": value}).status_code
        for path in ("/v0/me", "/v1/me")
        for value in (f"Basic {basic}", f"Bearer {KEY}", "Bearer other", f'Bearer "{KEY}"', "")
    ]
    assert statuses == [200, 200, 401, 401, 401] * 2
    refused = wire.get("/v1/me", headers={"Authorization": ""}).json()
    assert refused == {"code": "error", "message": "Invalid User API Key"}
    assert [entry.actor for entry in cursor.ledger.of_kind("GET /v1/me")][:3] == [
        "Orchestra key",
        "Orchestra key",
        "",
    ]


def test_unknown_routes(wire: httpx.Client) -> None:
    answer = wire.get("/v2/agents")
    assert answer.status_code == 404
    assert answer.json() == {"message": "Route GET:/v2/agents not found"}


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_dropped_connection(cursor: Cursor, wire: httpx.Client, carried_out: bool) -> None:
    cursor.fail(LAUNCH, connection_dropped(carried_out=carried_out))
    with pytest.raises(httpx.RemoteProtocolError):
        wire.post("/v0/agents", json=body())
    assert len(cursor.agents) == carried_out
    assert [entry.status for entry in cursor.ledger.of_kind(LAUNCH)] == [0]
    assert wire.post("/v0/agents", json=body()).status_code == 201


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        (bad_gateway(), 502, "<title>502 Bad Gateway</title>"),
        (rate_limited(7), 429, "rate_limit_exceeded"),
        (github_throttled(), 429, '"retryAfter":"60"'),
        (unverifiable_branch("main", "acme/widgets"), 400, '{"error":"Failed to verify'),
        (unverifiable_branch("main", "acme/widgets", "v1"), 400, '"code":"validation_error"'),
        (cancel_failed(), 500, "internal_error"),
        (Fault(418, {"teapot": True}, {"X-Tea": "green"}), 418, "teapot"),
    ],
)
def test_faults_for_the_next_requests(
    cursor: Cursor, wire: httpx.Client, fault: Fault, status: int, text: str
) -> None:
    cursor.fail(LAUNCH, fault, times=2, match="cache")
    assert wire.get("/v0/me").status_code == 200
    for _ in range(2):
        answer = wire.post("/v0/agents", json=body())
        assert answer.status_code == status
        assert text in answer.text
        assert all(answer.headers[name] == value for name, value in fault.headers.items())
    assert cursor.agents == {}
    assert wire.post("/v0/agents", json=body()).status_code == 201


def test_a_gateway_may_lose_the_answer_of_what_was_done(cursor: Cursor, wire: httpx.Client) -> None:
    cursor.fail(LAUNCH, bad_gateway(carried_out=True))
    assert wire.post("/v0/agents", json=body()).status_code == 502
    assert len(cursor.agents) == 1


def test_the_ledger_keeps_what_was_asked_and_answered(cursor: Cursor, wire: httpx.Client) -> None:
    wire.post("/v0/agents", json=body())
    (entry,) = cursor.ledger.entries
    assert (entry.kind, entry.method, entry.path, entry.status) == (
        LAUNCH,
        "POST",
        "/v0/agents",
        201,
    )
    assert entry.request["target"]["branchName"] == "task/1"
    assert entry.answer["id"] in cursor.agents
