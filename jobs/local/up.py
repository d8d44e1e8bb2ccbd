"""`orchestra up`: the whole product on one machine, with nothing to install beside it."""

import fcntl
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from bot.settings import Settings, data_directory, tidy, without_keys
from jobs.local.supervisor import (
    OURSELVES,
    ProcessSpec,
    Show,
    printer,
    stopped_by_signals,
    supervise,
)
from jobs.local.valkey import EmbeddedValkey

_DATABASE = "orchestra.sqlite3"
_LOOK_EVERY = 0.05  # seconds
# The command that each process is started by.
ORCHESTRA = (sys.executable, "-m", "bot.cli.app")


class CannotStartError(Exception):
    """Another runs on the same data, the port is taken, or the directory cannot be written."""


def run_all(
    environment: Mapping[str, str],
    *,
    workers: int = 3,
    host: str = "127.0.0.1",
    port: int = 8000,
    show: Show | None = None,
    stopping: threading.Event | None = None,
    program: Sequence[str] = ORCHESTRA,
) -> int:
    """Run web, workers and clock, with SQLite and a Valkey of our own unless told of others.

    `program` takes the place of `orchestra` in the processes' commands. Returns the exit code.
    Raises SettingsError before anything is started, ValkeyError when the queue's server does not
    start, and CannotStartError with a remedy for the rest that keeps it from starting.
    """
    data = data_directory(environment)
    valkey = EmbeddedValkey(data, tidy(environment.get("ORCHESTRA_REDIS_SERVER", "")) or None)
    complete = local_environment(environment)
    settings = Settings.from_environment(complete, "up")
    if settings.log_format == "auto" and sys.stdout.isatty():
        # The processes write into pipes, and would not know that a person reads on.
        complete["LOG_FORMAT"] = "text"
    specs = product_processes(workers, host, port, program)
    show = show or printer(sys.stdout, [spec.name for spec in specs])
    stopping = stopping or threading.Event()
    with ExitStack() as stack:
        stack.enter_context(stopped_by_signals(stopping))
        stack.enter_context(_alone_on(data))
        _close_to_others(data)
        _try_port(host, port)
        if complete["REDIS_URL"] == valkey.url:
            stack.enter_context(valkey)
            stack.enter_context(valkey.kept_alive(partial(show, "valkey")))
        # The doctor says in a line each whom we work with, and fails where that cannot work.
        for command in ("migrate", "doctor"):
            code = _run([*program, command], complete, show, stopping)
            if code or stopping.is_set():
                return 0 if stopping.is_set() else code
        return supervise(specs, complete, show=show, stopping=stopping)


def _close_to_others(data: Path) -> None:
    """Take others' rights from a database that an earlier release, or another umask, has left."""
    for path in data.glob(f"{_DATABASE}*"):
        with suppress(OSError):
            path.chmod(path.stat().st_mode & ~0o077)


def local_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with our own database and queue where it names none."""
    data = data_directory(environment)
    defaults = {
        "DATABASE_URL": f"sqlite:///{data / _DATABASE}",
        "REDIS_URL": EmbeddedValkey(data).url,
    }
    missing = {name for name in defaults if not tidy(environment.get(name, ""))}
    return {**environment, **{name: defaults[name] for name in missing}}


def product_processes(
    workers: int, host: str, port: int, program: Sequence[str] = ORCHESTRA
) -> list[ProcessSpec]:
    """One web process, the workers and one clock."""

    def command(name: str, *options: str) -> list[str]:
        return [*program, name, *options, "--checked"]

    listen = ["--host", host, "--port", str(port)]
    web = ProcessSpec("web", command("web", *listen), without_keys)
    crew = [ProcessSpec(f"worker-{n}", command("worker")) for n in range(1, workers + 1)]
    return [web, *crew, ProcessSpec("clock", command("clock"))]


def _run(
    command: Sequence[str], environment: Mapping[str, str], show: Show, stopping: threading.Event
) -> int:
    """Run one of our commands to its end, or to ours; returns the exit code."""
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # an interrupt from the keyboard reaches us alone
    ) as process:
        ender = threading.Thread(target=_end_when, args=(stopping, process), daemon=True)
        ender.start()
        assert process.stdout is not None
        for line in process.stdout:
            show(OURSELVES, line.rstrip("\n"))
    return process.returncode


def _end_when(stopping: threading.Event, process: "subprocess.Popen[str]") -> None:
    while process.poll() is None:
        if stopping.wait(_LOOK_EVERY):
            process.terminate()
            return


def _try_port(host: str, port: int) -> None:
    """Try the port: without it, the web process would be started again and again."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        remedy = "choose another with --port, or an address of this machine with --host"
        raise CannotStartError(
            f"{host}:{port} cannot be used ({error.strerror}): {remedy}"
        ) from None


@contextmanager
def _alone_on(data: Path) -> Iterator[None]:
    """Two supervisors of one data directory would end each other's queue server."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (data / "up.lock").open("a")
    except OSError as error:
        remedy = "name a directory of yours in ORCHESTRA_DATA"
        raise CannotStartError(f"{data} cannot be written ({error.strerror}): {remedy}") from None
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStartError(f"another `orchestra up` runs on {data}") from error
        yield
