"""Raw request bodies and the signatures over them."""

import asyncio
import hmac
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic_core import from_json
from starlette.requests import ClientDisconnect, Request

from bot.core.text.storable import may_be_unstorable, read_json
from bot.web.answers import RequestError

# GitHub itself waits for no longer than this.
BODY_SECONDS = 10.0
# Bytes of all bodies together whose signature has not been verified yet.
MAX_UNVERIFIED = 16 * 1024 * 1024

_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")


class UnverifiedBodies:
    """Bodies that are being read: strangers' too, so they share one budget of memory.

    Where it is used up, the body that has taken longest is given up. A webhook takes milliseconds.
    """

    def __init__(self, most: int = MAX_UNVERIFIED) -> None:
        self._most = most
        self._held: dict[asyncio.Timeout, int] = {}

    @asynccontextmanager
    async def reading(self, seconds: float) -> AsyncIterator[asyncio.Timeout]:
        """Give one body `seconds`; it gets a TimeoutError after them, or when it is given up."""
        async with asyncio.timeout(seconds) as deadline:
            self._held[deadline] = 0
            try:
                yield deadline
            finally:
                del self._held[deadline]

    def hold(self, body: asyncio.Timeout, size: int) -> None:
        """Count `size` bytes more for that body."""
        self._held[body] += size
        over = sum(self._held.values()) - self._most
        now = asyncio.get_running_loop().time()
        for oldest, held in self._held.items():
            if over <= 0:
                return
            oldest.reschedule(now)
            over -= held


_UNVERIFIED = UnverifiedBodies()


async def read_body(request: Request, largest: int, signatures: Sequence[str | None]) -> bytes:
    """Return the body as sent; of an unsigned request, nothing is read (401).

    Refuses more than `largest` bytes, announced or not (413), and a body that is not there in time
    (408).
    """
    given = [signature for signature in signatures if signature]
    if not given:
        raise RequestError(401, "the request is not signed")
    if not any(_SIGNATURE.fullmatch(one) for one in given):
        raise RequestError(401, "the signature is wrong")
    too_large = RequestError(413, f"the body is larger than {largest} bytes")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > 18 or int(announced) > largest):
        raise too_large
    # One block of memory: a body sent in drops would be many small ones.
    body = bytearray()
    try:
        async with _UNVERIFIED.reading(BODY_SECONDS) as deadline:
            async for chunk in request.stream():
                if len(body) + len(chunk) > largest:
                    raise too_large
                _UNVERIFIED.hold(deadline, len(chunk))
                body += chunk
    except ClientDisconnect:
        raise RequestError(400, "the sender hung up") from None
    except TimeoutError:
        raise RequestError(408, "the body did not come in time") from None
    return bytes(body)


def check_signature(body: bytes, signatures: Sequence[str | None], secrets: Sequence[str]) -> None:
    """Refuse (401) unless one of `signatures` is `sha256=` and one of the secrets' HMAC-SHA256.

    Every comparison takes constant time.
    """
    given = [signature.encode("latin-1") for signature in signatures if signature]
    if not given:
        raise RequestError(401, "the request is not signed")
    for secret in secrets:
        # Unlike hmac.new it keeps the interpreter lock, for which other threads would be waiting.
        expected = b"sha256=" + hmac.digest(secret.encode(), body, "sha256").hex().encode()
        if any(hmac.compare_digest(expected, one) for one in given):
            return
    raise RequestError(401, "the signature is wrong")


def parse_object(request: Request, body: bytes) -> dict[str, Any]:
    """Return the JSON object in the body; refuses anything else (400)."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if kind.lower() != "application/json":
        raise RequestError(400, f"the content type is {kind}: set the webhook to application/json")
    try:
        # The quick parser refuses what GitHub may well send: halves of surrogate pairs.
        parsed = read_json(body) if may_be_unstorable(body) else from_json(body)
    except ValueError as error:
        raise RequestError(400, f"the body is not JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise RequestError(400, "the body is not a JSON object")
    return parsed
