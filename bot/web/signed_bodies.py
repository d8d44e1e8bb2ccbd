"""Raw request bodies and the signatures over them."""

import hmac
from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json
from starlette.requests import Request

from bot.web.answers import RequestError


async def read_body(request: Request, largest: int) -> bytes:
    """The body as sent; refuses more than `largest` bytes, announced or not (413)."""
    too_large = RequestError(413, f"the body is larger than {largest} bytes")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > largest:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > largest:
            raise too_large
        chunks.append(chunk)
    return b"".join(chunks)


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
    """The JSON object in the body; refuses anything else (400)."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if kind.lower() != "application/json":
        raise RequestError(400, f"the content type is {kind}: set the webhook to application/json")
    try:
        parsed = from_json(body)
    except ValueError as error:
        raise RequestError(400, f"the body is not JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise RequestError(400, "the body is not a JSON object")
    return parsed
