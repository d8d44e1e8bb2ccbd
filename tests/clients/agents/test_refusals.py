"""Every answer that Cursor or something before it was seen to give, and what it means."""

import traceback
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr

from bot.clients.agents.cursor.v0 import CursorV0
from bot.clients.agents.cursor.v1 import CursorV1
from bot.clients.errors import (
    ClientError,
    NotFound,
    PermanentError,
    RateLimited,
    TransientError,
    Unauthorized,
)
from tests.clients.agents.cursor_fake import LAUNCH

URL = "https://api.cursor.test"
KEY = "crsr_" + "a" * 64
DATE = "Sat, 21 Nov 2026 10:00:00 GMT"
THROTTLED = {
    "code": "resource_exhausted",
    "message": "[resource_exhausted] Error",
    "details": [{"debug": {"details": {"additionalInfo": {"retryAfter": "60"}}}}],
}


def nested(code: str, message: str = "Words") -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


@pytest.mark.parametrize("client", [CursorV0, CursorV1])
@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "message"),
    [
        (400, nested("validation_error"), PermanentError, "validation_error", "Words"),
        (403, nested("plan_required"), Unauthorized, "plan_required", "Words"),
        (404, nested("agent_not_found"), NotFound, "agent_not_found", "Words"),
        (409, nested("agent_archived"), PermanentError, "agent_archived", "Words"),
        (410, nested("stream_expired"), PermanentError, "stream_expired", "Words"),
        (500, nested("internal_error"), TransientError, "internal_error", "Words"),
        (429, nested("usage_limit_exceeded"), Unauthorized, "usage_limit_exceeded", "Words"),
        (402, nested("usage_limit_exceeded"), Unauthorized, "usage_limit_exceeded", "Words"),
        (400, nested("repository_access"), Unauthorized, "repository_access", "Words"),
        (400, nested("integration_not_connected"), Unauthorized, "integration_not_connected", "W"),
        (402, {"error": "Out of credit"}, Unauthorized, "http_402", "Out of credit"),
        (401, {"code": "error", "message": "Invalid"}, Unauthorized, "unauthorized", "Invalid"),
        (400, {"error": "Flat words"}, PermanentError, "bad_request", "Flat words"),
        (404, {"error": "Agent not found"}, NotFound, "not_found", "Agent not found"),
        (
            404,
            {"message": "Route POST:/v0/agents not found"},
            PermanentError,
            "unknown_route",
            "Route POST:/v0/agents not found",
        ),
        (429, THROTTLED, RateLimited, "resource_exhausted", "[resource_exhausted] Error"),
        (
            429,
            {"error": "Too Many Requests", "message": "Slow down"},
            RateLimited,
            "rate_limit_exceeded",
            "Slow down",
        ),
        (502, "<html>Bad Gateway</html>", TransientError, "http_502", "HTTP 502 Bad Gateway"),
        (503, "", TransientError, "http_503", "HTTP 503 Service Unavailable"),
        (404, "<html>", TransientError, "unreadable_answer", "HTTP 404 Not Found"),
        (404, {}, TransientError, "unreadable_answer", "HTTP 404 Not Found"),
        (408, "", TransientError, "http_408", "HTTP 408 Request Timeout"),
        (413, "<html>", PermanentError, "http_413", "HTTP 413 Request Entity Too Large"),
        (429, "", RateLimited, "rate_limit_exceeded", "HTTP 429 Too Many Requests"),
        (302, "", PermanentError, "http_302", "HTTP 302 Found"),
        (400, [], PermanentError, "bad_request", "HTTP 400 Bad Request"),
        (400, {"error": None}, PermanentError, "bad_request", "HTTP 400 Bad Request"),
        (400, {"error": {"code": 7, "message": []}}, PermanentError, "bad_request", "HTTP 400"),
        (200, "<html>", TransientError, "", "Cursor's answer could not be read (HTTP 200)"),
        (200, [1], TransientError, "", "Cursor's answer could not be read (HTTP 200)"),
        (201, {"agent": 1}, TransientError, "", "Cursor's answer has no agent id"),
        (201, "[" * 100_000, TransientError, "", "Cursor's answer could not be read (HTTP 201)"),
    ],
)
def test_answers(
    respx_mock: respx.MockRouter,
    client: type[CursorV0] | type[CursorV1],
    status: int,
    body: Any,
    kind: type[ClientError],
    code: str,
    message: str,
) -> None:
    answer = (
        httpx.Response(status, text=body)
        if isinstance(body, str)
        else httpx.Response(status, json=body)
    )
    respx_mock.post(url__regex=f"{URL}/v[01]/agents").mock(return_value=answer)
    with pytest.raises(ClientError) as refused:
        client(URL, SecretStr(KEY)).launch(LAUNCH)
    error = refused.value
    assert type(error) is kind
    assert (error.service, error.code) == ("Cursor", code)
    assert error.message.startswith(message)
    assert error.answer_lost is (status >= 500 or status in (200, 201, 408))


@pytest.mark.parametrize(
    ("failure", "lost"),
    [
        (httpx.ConnectError("refused"), False),
        (httpx.ConnectTimeout("late"), False),
        (httpx.PoolTimeout("full"), False),
        (httpx.UnsupportedProtocol("what"), False),
        (httpx.ReadTimeout("late"), True),
        (httpx.WriteError("cut"), True),
        (httpx.RemoteProtocolError("cut"), True),
        (httpx.DecodingError("odd"), True),
    ],
)
def test_no_answer(respx_mock: respx.MockRouter, failure: httpx.HTTPError, lost: bool) -> None:
    respx_mock.post(f"{URL}/v0/agents").mock(side_effect=failure)
    respx_mock.get(f"{URL}/v0/me").mock(side_effect=failure)
    client = CursorV0(URL, SecretStr(KEY))
    with pytest.raises(TransientError, match=type(failure).__name__) as written:
        client.launch(LAUNCH)
    with pytest.raises(TransientError) as read:
        client.me()
    assert (written.value.answer_lost, read.value.answer_lost) == (lost, False)


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "12"}, {}, 12),
        ({"Retry-After": "0"}, {}, 1),
        ({"Retry-After": "99999"}, {}, 3600),
        ({"Retry-After": "inf"}, {}, None),
        ({"Retry-After": "soon"}, {}, None),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT", "Date": DATE}, {}, 30),
        ({"X-RateLimit-Reset": "1795255245", "Date": DATE}, {}, 45),
        ({"Retry-After": "5", "X-RateLimit-Reset": "1795255245", "Date": DATE}, {}, 5),
        ({}, THROTTLED, 60),
        ({}, {"details": [1]}, None),
        ({}, {"details": {"debug": 1}}, None),
        ({}, {}, None),
    ],
)
def test_how_long_a_limit_lasts(
    respx_mock: respx.MockRouter,
    headers: dict[str, str],
    body: dict[str, Any],
    seconds: float | None,
) -> None:
    respx_mock.get(f"{URL}/v1/me").respond(429, headers=headers, json=body)
    with pytest.raises(RateLimited) as limited:
        CursorV1(URL, SecretStr(KEY)).me()
    assert limited.value.retry_after == seconds


@pytest.mark.parametrize("client", [CursorV0, CursorV1])
def test_no_secret_is_ever_told(
    respx_mock: respx.MockRouter, client: type[CursorV0] | type[CursorV1]
) -> None:
    echo = f"key {KEY} and {LAUNCH.webhook_secret}\n\x1b[31m" + "x" * 400
    respx_mock.post(url__regex=f"{URL}/v[01]/agents").respond(400, json={"error": echo})
    cursor = client(URL, SecretStr(KEY))
    with pytest.raises(PermanentError) as refused:
        cursor.launch(LAUNCH)
    told = "".join(traceback.format_exception(refused.value)) + repr(cursor) + repr(LAUNCH)
    assert KEY not in told
    assert refused.value.message.startswith("key *** and ")
    assert len(refused.value.message) == 300
    assert "\x1b" not in refused.value.message
    assert "s" * 40 not in repr(LAUNCH)


@pytest.mark.parametrize("key", ["", '""', "two words", "crsr_ä", "crsr_a\nb"])
def test_what_cannot_be_a_key_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(ValueError, match="Cursor API key") as refused:
        CursorV0(URL, SecretStr(key))
    assert len(key) < 3 or key not in str(refused.value)
