"""One connection pool for every request of the process."""

import httpx

from bot.clients import tls
from bot.clients.watched import WatchedTransport

TIMEOUT = httpx.Timeout(20, connect=5)


class SharedTransport(httpx.BaseTransport):
    """Keeps connections open between requests, which githubkit's clients do not.

    githubkit makes an httpx client for each request and closes it; closing must not reach the pool.
    """

    def __init__(self) -> None:
        pool = httpx.HTTPTransport(verify=tls.context(), trust_env=False)
        self._pool = WatchedTransport("GitHub", pool)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` over a connection of the pool."""
        return self._pool.handle_request(request)

    def close(self) -> None:
        """Keep the pool: this is githubkit closing one client of many."""

    def close_pool(self) -> None:
        """Close every connection."""
        self._pool.close()
