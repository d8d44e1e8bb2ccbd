"""How many webhooks a second one web process takes in, and how long GitHub waits for the answer.

A real server process on loopback, a SQLite file, a real Valkey; the load comes from a process of
its own. Server and load share the machine's cores.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from benchmarks.load import BODY_SIZE, Result
from bot.web.app import WebDependencies, create_app
from jobs.local.valkey import EmbeddedValkey
from storage.database import Database
from storage.tables import metadata

CONNECTIONS = (1, 16, 64)
SECONDS = 4
SECRET = "benchmark"


def main() -> None:
    """Print requests a second and latencies for each number of connections."""
    print(f"intake: signed issue_comment of {BODY_SIZE:,} bytes, SQLite, {SECONDS} s each\n")
    print(f"{'connections':>11} {'requests/s':>11} {'p50 ms':>8} {'p99 ms':>8} {'not 202':>8}")
    with tempfile.TemporaryDirectory(prefix="b-") as directory:
        data = Path(directory)
        with EmbeddedValkey(data / "valkey"), _server(data) as port:
            _measure(port, 1, 1)  # first requests pay for imports and page cache
            for connections in CONNECTIONS:
                result = _measure(port, connections, SECONDS)
                rate = result.requests / result.seconds
                print(
                    f"{connections:>11} {rate:>11,.0f} {result.p50:>8.2f} {result.p99:>8.2f}"
                    f" {result.failures:>8}",
                    flush=True,
                )


def _measure(port: int, connections: int, seconds: int) -> Result:
    arguments = [str(port), str(connections), str(seconds), SECRET]
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", *arguments],
        stdout=subprocess.PIPE,
        check=True,
        timeout=seconds + 60,
    )
    return Result(**json.loads(finished.stdout))


@contextmanager
def _server(data: Path) -> Iterator[int]:
    """A web process on a free port, which is given."""
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port: int = chosen.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.intake", str(data), str(port)])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, patience: float = 20) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def serve(data: Path, port: int) -> None:
    """Be the web process under load."""
    database = Database(f"sqlite:///{data / 'orchestra.db'}", durable=False)
    metadata.create_all(database.engine)
    dependencies = WebDependencies(
        database=database,
        redis=EmbeddedValkey(data / "valkey").client(),
        github_webhook_secrets=(SECRET,),
        webhook_secrets=(SECRET,),
    )
    uvicorn.run(create_app(dependencies), port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
