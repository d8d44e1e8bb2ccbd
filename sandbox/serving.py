"""Serve an ASGI application on a loopback port from a thread of this process."""

import socket
import threading
from typing import Any, Self

import uvicorn


class LoopbackServer:
    """A uvicorn server on 127.0.0.1, at a free port for port 0; `url` is known from the start."""

    def __init__(self, application: Any, port: int = 0) -> None:
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(application, log_level="warning", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run,
            args=([self._socket],),
            name=f"loopback-{self.port}",
            daemon=True,
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()


def drop_connection(receive: Any) -> None:
    """Close the client's connection in the middle of a request, without an answer.

    `receive` is the ASGI callable as uvicorn made it, a method of the object that has the
    transport; anywhere else a ConnectionError stands in for the loss.
    """
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionError("the connection was dropped")
    transport.abort()
