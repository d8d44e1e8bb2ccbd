import asyncio
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from bot.web import signed_bodies
from bot.web.answers import RequestError
from bot.web.signed_bodies import UnverifiedBodies, read_body
from tests.databases import sqlite_only

WELL_FORMED = "sha256=" + "0" * 64


def request(*chunks: bytes, ends: bool = True, **headers: str) -> Request:
    """A request whose body comes in those chunks, and then ends or is never finished."""
    left = list(chunks)

    async def receive() -> Any:
        if not left:
            await asyncio.Event().wait()
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left) or not ends}

    named = [(name.replace("_", "-").encode(), one.encode()) for name, one in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": named}, receive)


def refused(asked: Request, signatures: list[str | None], largest: int = 10) -> int:
    with pytest.raises(RequestError) as refusal:
        asyncio.run(read_body(asked, largest, signatures))
    return refusal.value.status


@pytest.mark.parametrize(
    "signature",
    [None, "", "sha256=", "sha1=" + "0" * 40, WELL_FORMED + "0", WELL_FORMED.upper(), "x" * 9000],
)
def test_no_body_is_read_of_a_request_that_cannot_be_genuine(signature: str | None) -> None:
    # A request without chunks would never return.
    assert refused(request(), [signature]) == 401


def test_a_body_is_read_whatever_its_chunks() -> None:
    body = asyncio.run(read_body(request(b"ab", b"", b"c"), 10, [None, WELL_FORMED]))
    assert body == b"abc"


@pytest.mark.parametrize("announced", ["11", "9" * 18, "9" * 5000])
def test_a_body_that_is_announced_too_large_is_not_read(announced: str) -> None:
    assert refused(request(content_length=announced), [WELL_FORMED]) == 413


def test_a_body_that_is_too_large_is_not_read_to_its_end() -> None:
    assert refused(request(b"12345678", b"901", ends=False), [WELL_FORMED]) == 413


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_bodies, "BODY_SECONDS", 0.01)
    assert refused(request(b"1", ends=False), [WELL_FORMED]) == 408


def test_a_sender_who_hangs_up_is_no_error_of_ours() -> None:
    async def hang_up() -> Any:
        return {"type": "http.disconnect"}

    asked = Request({"type": "http", "method": "POST", "headers": []}, hang_up)
    assert refused(asked, [WELL_FORMED]) == 400


def test_where_memory_runs_out_the_oldest_bodies_are_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signed_bodies, "_UNVERIFIED", UnverifiedBodies(most=25))

    async def play() -> list[Any]:
        slow = [
            asyncio.create_task(read_body(request(b"1234567890", ends=False), 20, [WELL_FORMED]))
            for _ in range(2)
        ]
        for _ in range(3):
            await asyncio.sleep(0)
        quick = await read_body(request(b"123456", b"7890"), 20, [WELL_FORMED])
        await asyncio.wait(slow, return_when=asyncio.FIRST_COMPLETED)
        done = [one.done() for one in slow]
        slow[1].cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return [quick, done]

    assert asyncio.run(play()) == [b"1234567890", [True, False]]


@sqlite_only
@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_the_interface_is_not_described_to_strangers(web: TestClient, path: str) -> None:
    assert web.get(path).status_code == 404
