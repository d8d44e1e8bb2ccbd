"""An httpx transport that calls an ASGI application in this process, without a socket."""

import asyncio
import threading
from typing import Any

import httpx

_local = threading.local()


class InProcess(httpx.BaseTransport):
    """Hands each request to `application` and returns its answer, as a server on loopback would.

    A connection that the application drops is a ReadError, an answer that takes longer than the
    request's read timeout a ReadTimeout.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        timeout = request.extensions.get("timeout", {}).get("read")
        exchange = _Exchange(request)
        call = self._application(exchange.scope(), exchange.receive, exchange.send)
        try:
            _loop().run_until_complete(asyncio.wait_for(call, timeout))
        except ConnectionError as error:
            raise httpx.ReadError(str(error), request=request) from error
        except TimeoutError as error:
            raise httpx.ReadTimeout("the read timed out", request=request) from error
        return httpx.Response(exchange.status, headers=exchange.headers, content=exchange.body)


class _Exchange:
    def __init__(self, request: httpx.Request) -> None:
        self._request = request
        self._is_read = False
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    def scope(self) -> dict[str, Any]:
        url = self._request.url
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": url.scheme,
            "path": url.path,
            "raw_path": url.raw_path.partition(b"?")[0],
            "query_string": url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in self._request.headers.raw],
            "client": ("127.0.0.1", 1),
            "server": (url.host, url.port),
        }

    async def receive(self) -> dict[str, Any]:
        if self._is_read:
            return {"type": "http.disconnect"}
        self._is_read = True
        return {"type": "http.request", "body": self._request.read(), "more_body": False}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", []))
        else:
            self.body += message.get("body", b"")


def _loop() -> asyncio.AbstractEventLoop:
    if not hasattr(_local, "loop"):
        _local.loop = asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = _local.loop
    return loop
