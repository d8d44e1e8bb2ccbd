"""The last step of every request of ours: the guard before it, and whether it was answered."""

import httpx

from bot.clients import guard
from bot.outages import outages


class WatchedTransport(httpx.BaseTransport):
    """Sends through `inner`; a failed connection and an answer of 500 or more are an outage."""

    def __init__(self, service: str, inner: httpx.BaseTransport) -> None:
        self._service = service
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`, unless whoever works on it has lost it."""
        guard.check()
        try:
            response = self._inner.handle_request(request)
        except httpx.TransportError as error:
            outages.failed(self._service, error)
            raise
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            outages.failed(self._service, f"HTTP {response.status_code}")
        else:
            outages.answered(self._service)
        return response

    def close(self) -> None:
        """Close every connection."""
        self._inner.close()
