"""`python -m tests.chaos.standing FILE up …`: the product, one of whose workers is to be stopped.

Once FILE.stop is there, the next worker about to merge stops itself by SIGSTOP, after the merge was
marked as sent and before it is: `before` the last look at its claim, or `after` it, right at the
socket, as FILE.stop says. Its process id is then in FILE.stopped. Everything else is as with
`sandbox.demo.product`.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

from bot.cli.app import app
from bot.clients.github.transport import SharedTransport
from jobs.local.up import run_all
from sandbox.demo.product import ahead
from storage.database import Database

WHERE = {"before": SharedTransport, "after": httpx.HTTPTransport}
# One that is stopped, and one that goes on.
WORKERS = 2

Send = Callable[[httpx.BaseTransport, httpx.Request], httpx.Response]


def main(file: str, command: str, *options: str) -> int:
    """Run one of the product's commands; returns the exit code."""
    if command == "up":
        program = [sys.executable, "-m", __spec__.name, file]
        port = int(options[options.index("--port") + 1])
        return run_all(os.environ, workers=WORKERS, port=port, program=program)
    Database.ahead = lambda: ahead(Path(file))
    if command == "worker":
        for where, transport in WHERE.items():
            _stop_at_a_merge(where, transport, Path(file))
    app([command, *options])
    return 0


def ask_to_stop(file: Path, where: str) -> Path:
    """Have the next merge's worker stop there; returns where its process id will be."""
    stopped = file.with_suffix(".stopped")
    stopped.unlink(missing_ok=True)
    file.with_suffix(".stop").write_text(where, "ascii")
    return stopped


def _stop_at_a_merge(where: str, transport: type[httpx.BaseTransport], file: Path) -> None:
    send: Send = transport.handle_request

    def handle_request(self: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT" and "/merge" in request.url.path and _is_asked(where, file):
            file.with_suffix(".stopped").write_text(str(os.getpid()), "ascii")
            os.kill(os.getpid(), signal.SIGSTOP)
        return send(self, request)

    transport.handle_request = handle_request  # type: ignore[method-assign] # to stand still in it


def _is_asked(where: str, file: Path) -> bool:
    """Whether this process is the one to be stopped here; only one is."""
    asked = file.with_suffix(".stop")
    try:
        if asked.read_text("ascii") != where:
            return False
        asked.unlink()
    except FileNotFoundError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
