"""One connection pool for every request of the process, and a word about each of them."""

import time
from collections.abc import Callable

import httpx

from bot.clients import tls

OnCall = Callable[[str, int, float], None]
"""Told of every request: its kind (`GET /repos/{owner}/{repo}`, or `GraphQL Name`), the status
code (0 where nobody answered) and the seconds until the answer's headers."""

TIMEOUT = httpx.Timeout(20, connect=5)

# The one request that githubkit makes by itself: it carries no kind of ours.
_TOKEN_REQUEST = "POST /app/installations/{installation_id}/access_tokens"  # noqa: S105 - a route


class SharedTransport(httpx.BaseTransport):
    """Keeps connections open between requests, which githubkit's clients do not.

    githubkit makes an httpx client for each request and closes it; closing must not reach the pool.
    """

    def __init__(self, on_call: OnCall | None = None) -> None:
        self._pool = httpx.HTTPTransport(verify=tls.context(), trust_env=False)
        self._on_call = on_call

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`, then report it under its `kind` extension."""
        started, status = time.perf_counter(), 0
        try:
            response = self._pool.handle_request(request)
            status = response.status_code
        finally:
            if self._on_call is not None:
                kind = request.extensions.get("kind", _TOKEN_REQUEST)
                self._on_call(kind, status, time.perf_counter() - started)
        return response

    def close(self) -> None:
        """Keep the pool: this is githubkit closing one client of many."""

    def close_pool(self) -> None:
        """Close every connection."""
        self._pool.close()
