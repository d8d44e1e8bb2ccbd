"""What every request to a language model's service has in common: its client, and its refusals."""

import httpx

from bot.clients import tls
from bot.clients.errors import (
    ClientError,
    NotFound,
    PermanentError,
    RateLimited,
    TransientError,
    Unauthorized,
)
from bot.clients.llm.endpoints import Endpoint
from bot.clients.watched import WatchedTransport
from bot.redaction import Redaction

_MAX_MESSAGE = 300


def make_http(service: str, timeout: httpx.Timeout) -> httpx.Client:
    """Make a client that follows nobody elsewhere with the key."""
    pool = httpx.HTTPTransport(verify=tls.context(), trust_env=False)
    return httpx.Client(
        transport=WatchedTransport(service, pool),
        timeout=timeout,
        trust_env=False,
        follow_redirects=False,
    )


def cleaned(words: str, endpoint: Endpoint) -> str:
    """Return a service's words, as many as are shown, without its key."""
    return Redaction([endpoint.key.get_secret_value()]).clean(words)[:_MAX_MESSAGE]


def refusal(
    endpoint: Endpoint, status: int | None, words: str, retry_after: float | None = None
) -> ClientError:
    """Return what a refusal with that status is; None, where an answer came without one."""
    service, message = endpoint.name, cleaned(words, endpoint)
    if status is None or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return TransientError(service, message, status=status)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return RateLimited(service, message, retry_after=retry_after, status=status)
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Unauthorized(service, message, status=status)
    if status == httpx.codes.NOT_FOUND:
        return NotFound(service, message, status=status)
    return PermanentError(service, message, status=status)


def retry_after(value: str) -> float | None:
    """Return the seconds that a `Retry-After` header says; None where it says none."""
    return float(value) if value.isascii() and value.isdigit() and len(value) < 7 else None
