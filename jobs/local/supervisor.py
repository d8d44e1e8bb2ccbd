"""Keeps processes alive, shows what they say, and ends them together."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

Show = Callable[[str, str], None]
"""Takes a process's name and one line of its output."""

OURSELVES = "orchestra"
_LOOK_EVERY = 0.05  # seconds
_PR_SET_PDEATHSIG = 1  # prctl(2)
_COLOURS = (36, 32, 33, 35, 34, 31)  # of the terminal: cyan, green, yellow, magenta, blue, red


@dataclass(frozen=True)
class ProcessSpec:
    """A process to keep alive: what it is called in the output, and its command line.

    `environment` makes its environment of what all processes share.
    """

    name: str
    command: Sequence[str]
    environment: Callable[[Mapping[str, str]], dict[str, str]] = dict


@dataclass
class Backoff:
    """How long to wait before a process that died is started again; all in seconds."""

    first: float = 0.5
    longest: float = 5.0
    calm: float = 60.0
    _next: float = 0.0

    def after(self, alive: float) -> float:
        """Double with each death, and start over after one that had been alive for `calm`."""
        delay = self.first if alive >= self.calm or not self._next else self._next
        self._next = min(2 * delay, self.longest)
        return delay


def supervise(
    specs: Sequence[ProcessSpec],
    environment: Mapping[str, str],
    *,
    show: Show | None = None,
    stopping: threading.Event | None = None,
    patience: float = 15.0,
    first_delay: float = Backoff.first,
) -> int:
    """Keep the processes alive until SIGINT, SIGTERM or `stopping`, then end them.

    Each gets SIGTERM and, `patience` seconds later, SIGKILL. Returns 0 if none had to be killed,
    else 1. One that dies is started again after `first_delay` seconds, doubling to 5: webhooks
    that come while nobody answers are lost.
    """
    show = show or printer(sys.stdout, [spec.name for spec in specs])
    stopping = stopping or threading.Event()
    children = [_Child(spec, environment, show, Backoff(first_delay)) for spec in specs]
    with stopped_by_signals(stopping):
        try:
            while not stopping.is_set():
                for child in children:
                    child.keep_alive(time.monotonic())
                stopping.wait(_LOOK_EVERY)
        finally:
            all_ended = _end(children, patience)
    return 0 if all_ended else 1


def printer(output: TextIO, names: Sequence[str]) -> Show:
    """Make a writer of lines to `output`, each after its process's name; coloured on a terminal."""
    width = max(map(len, [OURSELVES, *names]))
    colours = {name: _COLOURS[index % len(_COLOURS)] for index, name in enumerate(names)}
    on_terminal = output.isatty()

    def show(name: str, line: str) -> None:
        prefix = f"{name:{width}} |"
        if on_terminal:
            prefix = f"\x1b[{colours.get(name, 1)}m{prefix}\x1b[0m"
        output.write(f"{prefix} {line}\n")  # in one piece: several threads write
        output.flush()

    return show


class _Child:
    """One supervised process: its life, its death and its output."""

    def __init__(
        self, spec: ProcessSpec, environment: Mapping[str, str], show: Show, backoff: Backoff
    ) -> None:
        self.spec = spec
        # A pipe would make Python hold lines back.
        self._environment = {**spec.environment(environment), "PYTHONUNBUFFERED": "1"}
        self._show = show
        self._backoff = backoff
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._started = 0.0
        self._due = 0.0

    def keep_alive(self, now: float) -> None:
        """Start the process if it is due, and plan the next start if it has died."""
        if self._process is None:
            if now >= self._due:
                self._start(now)
        elif self._process.poll() is not None:
            delay = self._backoff.after(now - self._started)
            self._due = now + delay
            self.bury()
            self._say(f"{_cause(self._process.returncode)}; starting it again in {delay:g} s")
            self._process = None

    def send(self, number: signal.Signals) -> None:
        """Signal the process and whatever it started."""
        if self.is_alive() and self._process:
            os.killpg(self._process.pid, number)

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def bury(self) -> None:
        """Wait for a process that has been told to end, and for the last it said."""
        if self._process:
            self._process.wait()
        if self._reader:
            self._reader.join(timeout=1)  # a grandchild may hold the output open

    def _start(self, now: float) -> None:
        self._started = now
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the product's own commands
                self.spec.command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,  # an interrupt from the keyboard reaches us alone
                preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - no more than a system call
            )
        except OSError as error:
            self._due = now + self._backoff.after(0.0)
            self._say(f"cannot be started: {error.strerror}")
            return
        self._reader = threading.Thread(target=self._forward, args=[self._process], daemon=True)
        self._reader.start()

    def _forward(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                self._show(self.spec.name, line.rstrip("\n"))

    def _say(self, what: str) -> None:
        self._show(OURSELVES, f"{self.spec.name} {what}")


def _end(children: Sequence[_Child], patience: float) -> bool:
    """End all at once; says whether every one of them went by itself."""
    for child in children:
        child.send(signal.SIGTERM)
    deadline = time.monotonic() + patience
    while any(child.is_alive() for child in children) and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY)
    stubborn = [child for child in children if child.is_alive()]
    for child in stubborn:
        child.send(signal.SIGKILL)
    for child in children:
        child.bury()
    return not stubborn


def _die_with(parent: int) -> Callable[[], None] | None:
    """Return what a new process does first on Linux: ask for SIGTERM if its supervisor is killed.

    Else an orphaned web process would keep its port. The call only enters the kernel, so it is
    safe between fork and exec although other threads run here.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _cause(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"


@contextmanager
def stopped_by_signals(stopping: threading.Event) -> Iterator[None]:
    """Have SIGINT and SIGTERM set the event; only a program's main thread can ask for that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stopping.set()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
