"""The processes of a demo: the sandbox, and the product pointed at it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Self

import httpx

SLOWEST_START = 90.0  # seconds, for the sandbox and for the bot
LOOK_EVERY = 0.1  # seconds
# `orchestra up` gives its own processes 15 s.
PATIENCE = 20.0
# Modules, with their first arguments, that understand `orchestra`'s commands.
ORCHESTRA = ("bot.cli.app",)
MOVABLE = ("sandbox.demo.product",)
# What a child inherits; nothing of the product's own settings, which may be a real App's.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")


class StageError(Exception):
    """A process did not start, or died; the text names it."""


class Stage:
    """Starts the sandbox and then the bot below `directory`; the block's end ends them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.bot_log = directory / "bot.log"
        self.environment: dict[str, str] = {}
        self.clock_file = directory / "ahead"
        self.bot_url = f"http://127.0.0.1:{_free_port()}"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def github_url(self) -> str:
        """Where GitHub's fake answers."""
        return self.environment["GITHUB_API_URL"]

    @property
    def cursor_url(self) -> str:
        """Where Cursor's fake answers."""
        return self.environment["CURSOR_API_URL"]

    @property
    def cursor_key(self) -> str:
        """The key of the account whose agents the bot launches."""
        return self.environment.get("CURSOR_API_KEY", "")

    def git_directory(self, repository: str) -> Path:
        """Return the bare repository of `owner/name`."""
        return self.directory / "sandbox/repositories" / f"{repository}.git"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # A second Ctrl+C must not leave anything running.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            for process in reversed(self._processes.values()):
                _end(process)
        finally:
            signal.signal(signal.SIGINT, before)

    def start_sandbox(self) -> None:
        """Start the fakes and take over the environment they give; StageError if not."""
        place = self.directory / "sandbox"
        ports = ["--github-port", "0", "--cursor-port", "0", "--llm-port", "0"]
        hook = ["--webhook-url", f"{self.bot_url}/webhooks/github", "--directory", str(place)]
        self._start("sandbox", [*ORCHESTRA, "sandbox", *ports, *hook], {})
        given = place / "environment.json"
        self._wait("sandbox", given.is_file)
        self.environment = json.loads(given.read_text("utf-8"))

    def start_bot(self, *, movable_clock: bool = False, program: Sequence[str] = ORCHESTRA) -> None:
        """Start `orchestra up` and wait until it is healthy; StageError if it does not get so.

        Only with a `movable_clock`, or a `program` that reads it, can `move_clock` let time pass
        for it.
        """
        if movable_clock:
            program = (*MOVABLE, str(self.clock_file))
        data = {"ORCHESTRA_DATA": str(self.directory / "data")}
        port = self.bot_url.rpartition(":")[2]
        self._start("bot", [*program, "up", "--port", port], {**self.environment, **data})
        self._wait("bot", self._is_healthy)

    def move_clock(self, ahead: timedelta) -> None:
        """Have the bot's clock be `ahead` of the true time."""
        partial = self.clock_file.with_suffix(".partial")
        partial.write_text(str(ahead.total_seconds()), "utf-8")
        partial.replace(self.clock_file)

    def pid(self, name: str) -> int:
        """Return the process id of the `sandbox` or the `bot`."""
        return self._processes[name].pid

    def check(self) -> None:
        """Raise StageError if a process has died."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise StageError(f"the {name} ended with code {process.returncode}")

    def log_tail(self, name: str, lines: int = 30) -> str:
        """Return the last of what a process (`sandbox` or `bot`) wrote."""
        log = self.directory / f"{name}.log"
        text = log.read_text("utf-8", errors="replace") if log.is_file() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _start(self, name: str, command: list[str], extra: Mapping[str, str]) -> None:
        inherited = {key: os.environ[key] for key in INHERITED if key in os.environ}
        with (self.directory / f"{name}.log").open("wb") as log:
            self._processes[name] = subprocess.Popen(  # noqa: S603 - the product's own commands
                [sys.executable, "-m", *command],
                env={**inherited, "PYTHONUNBUFFERED": "1", **extra},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # an interrupt from the keyboard is ours to pass on
            )

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SLOWEST_START
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise StageError(f"the {name} was not ready within {SLOWEST_START:g} s")
            time.sleep(LOOK_EVERY)

    def _is_healthy(self) -> bool:
        try:
            answer = httpx.get(f"{self.bot_url}/health", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and answer.json()["status"] == "healthy"


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
