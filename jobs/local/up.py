"""`orchestra up`: the whole product on one machine, with nothing to install beside it."""

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bot.settings import Settings, data_directory, tidy
from jobs.local.supervisor import ProcessSpec, Show, printer, supervise
from jobs.local.valkey import EmbeddedValkey

# The command that each process is started by.
ORCHESTRA = (sys.executable, "-m", "bot.cli.app")


class AlreadyRunningError(Exception):
    """Another `orchestra up` runs on the same data directory."""


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
    start, and AlreadyRunningError when another one runs on this data.
    """
    # What is stored here is nobody else's to read, whatever the mode of the directory.
    os.umask(0o077)
    data = data_directory(environment)
    valkey = EmbeddedValkey(data, tidy(environment.get("ORCHESTRA_REDIS_SERVER", "")) or None)
    complete = with_local_defaults(environment, valkey.url)
    settings = Settings.from_environment(complete, "up")
    if settings.log_format == "auto" and sys.stdout.isatty():
        # The processes write into pipes, and would not know that a person reads on.
        complete["LOG_FORMAT"] = "text"
    specs = product_processes(workers, host, port, program)
    show = show or printer(sys.stdout, [spec.name for spec in specs])
    with ExitStack() as stack:
        stack.enter_context(_alone_on(data))
        if complete["REDIS_URL"] == valkey.url:
            stack.enter_context(valkey)
            stack.enter_context(valkey.kept_alive(partial(show, "valkey")))
        if code := _migrate(program, complete, show):
            return code
        return supervise(specs, complete, show=show, stopping=stopping)


def with_local_defaults(environment: Mapping[str, str], redis_url: str) -> dict[str, str]:
    """The environment with a SQLite file and `redis_url` where it names no servers."""
    defaults = {
        "DATABASE_URL": f"sqlite:///{data_directory(environment) / 'orchestra.sqlite3'}",
        "REDIS_URL": redis_url,
    }
    missing = {name for name in defaults if not tidy(environment.get(name, ""))}
    return {**environment, **{name: defaults[name] for name in missing}}


def product_processes(
    workers: int, host: str, port: int, program: Sequence[str] = ORCHESTRA
) -> list[ProcessSpec]:
    """One web process, the workers and one clock."""
    web = ProcessSpec("web", [*program, "web", "--host", host, "--port", str(port)])
    crew = [ProcessSpec(f"worker-{n}", [*program, "worker"]) for n in range(1, workers + 1)]
    return [web, *crew, ProcessSpec("clock", [*program, "clock"])]


def _migrate(program: Sequence[str], environment: Mapping[str, str], show: Show) -> int:
    """Bring the database up to date; returns the exit code."""
    migration = subprocess.run(  # noqa: S603 - our own command
        [*program, "migrate"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    for line in migration.stdout.splitlines():
        show("migrate", line)
    return migration.returncode


@contextmanager
def _alone_on(data: Path) -> Iterator[None]:
    """Two supervisors of one data directory would end each other's queue server."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunningError(f"another `orchestra up` runs on {data}") from error
        yield
