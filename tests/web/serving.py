"""The web process as it runs in production, for tests that attack it from outside.

`python -m tests.web.serving DIRECTORY PORT` is the process itself.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn

from bot.web.app import WebDependencies, create_app
from jobs.local.valkey import EmbeddedValkey
from storage.database import Database
from storage.tables import metadata
from tests.web.signing import GITHUB_SECRETS, MASTERS

_PATIENCE = 30.0


@dataclass(frozen=True)
class WebProcess:
    """A web process on 127.0.0.1."""

    port: int
    pid: int

    def resident(self) -> int:
        """Bytes of memory that the process has."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def web_process() -> Iterator[WebProcess]:
    """Start one, with a Valkey and a SQLite file of its own."""
    with tempfile.TemporaryDirectory(prefix="w-") as directory:
        data = Path(directory)
        with EmbeddedValkey(data / "valkey"), socket.create_server(("127.0.0.1", 0)) as chosen:
            port: int = chosen.getsockname()[1]
            chosen.close()
            arguments = [sys.executable, "-m", "tests.web.serving", directory, str(port)]
            process = subprocess.Popen(arguments)
            try:
                _wait_for(port)
                yield WebProcess(port, process.pid)
            finally:
                process.terminate()
                process.wait(timeout=_PATIENCE)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False)
            if "not asked yet" not in answer.text:
                return
        except httpx.HTTPError:
            assert time.monotonic() < deadline
        time.sleep(0.05)


def serve(data: Path, port: int) -> None:
    """Be the process."""
    database = Database(f"sqlite:///{data / 'orchestra.db'}")
    metadata.create_all(database.engine)
    dependencies = WebDependencies(
        database=database,
        redis=EmbeddedValkey(data / "valkey").client(),
        github_webhook_secrets=GITHUB_SECRETS,
        webhook_secrets=MASTERS,
    )
    uvicorn.run(create_app(dependencies), port=port, access_log=False, log_level="error")


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
