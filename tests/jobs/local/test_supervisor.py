import fcntl
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from jobs.local.supervisor import Backoff, ProcessSpec, printer, supervise


class Screen:
    """Collects what is shown and stops the supervisor once it has seen enough."""

    def __init__(self, enough: Callable[[list[str]], bool]) -> None:
        self.lines: list[str] = []
        self.stopping = threading.Event()
        self._enough = enough

    def __call__(self, name: str, line: str) -> None:
        self.lines.append(f"{name}: {line}")
        if self._enough(self.lines):
            self.stopping.set()


def run(screen: Screen, patience: float = 10.0, **programs: str) -> int:
    specs = [
        ProcessSpec(name, [sys.executable, "-S", "-c", program])
        for name, program in programs.items()
    ]
    return supervise(
        specs,
        os.environ,
        show=screen,
        stopping=screen.stopping,
        patience=patience,
        first_delay=0.01,
    )


def test_delays_double_up_to_a_limit_and_begin_anew_after_a_calm_time() -> None:
    backoff = Backoff()
    assert [backoff.after(alive=1.0) for _ in range(8)] == [0.5, 1, 2, 4, 5, 5, 5, 5]
    assert backoff.after(alive=60.0) == 0.5
    assert backoff.after(alive=59.9) == 1


def test_a_process_that_dies_is_started_again() -> None:
    screen = Screen(lambda lines: lines.count("a: hello") == 3)
    assert run(screen, a="print('hello'); raise SystemExit(3)") == 0
    assert screen.lines[:4] == [
        "a: hello",
        "orchestra: a ended with code 3; starting it again in 0.01 s",
        "a: hello",
        "orchestra: a ended with code 3; starting it again in 0.02 s",
    ]


def test_one_death_does_not_concern_the_others() -> None:
    lives = "import signal; print('up'); signal.pause()"
    dies = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    told = "orchestra: b was ended by SIGKILL; starting it again in 0.01 s"
    screen = Screen(lambda lines: "a: up" in lines and told in lines)
    assert run(screen, a=lives, b=dies) == 0
    assert screen.lines.count("a: up") == 1


def test_a_process_is_given_no_more_of_the_environment_than_it_is_to_have() -> None:
    told = "import os; print([os.environ.get(name) for name in ('KEY', 'NAME')])"
    expected = {"a: [None, 'n']", "b: ['k', 'n']"}
    screen = Screen(lambda lines: expected <= set(lines))
    command = [sys.executable, "-S", "-c", told]
    specs = [
        ProcessSpec("a", command, lambda given: {"NAME": given["NAME"]}),
        ProcessSpec("b", command),
    ]
    supervise(specs, {"KEY": "k", "NAME": "n"}, show=screen, stopping=screen.stopping)
    assert expected <= set(screen.lines)


def test_output_and_errors_are_shown_line_by_line() -> None:
    screen = Screen(lambda lines: len(lines) >= 3)
    program = "import sys; print('one\\ntwo', flush=True); sys.stderr.write('three\\n'); input()"
    run(screen, a=program)
    assert screen.lines[:3] == ["a: one", "a: two", "a: three"]


def test_processes_are_asked_to_end_and_may_say_goodbye() -> None:
    polite = (
        "import signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('bye'), sys.exit(0)))\n"
        "print('up'); signal.pause()"
    )
    screen = Screen(lambda lines: lines == ["a: up"])
    assert run(screen, a=polite) == 0
    assert screen.lines == ["a: up", "a: bye"]


def test_one_that_does_not_listen_is_killed() -> None:
    deaf = (
        "import signal, os\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(os.getpid())\n"
        "while True: signal.pause()"
    )
    screen = Screen(lambda lines: len(lines) == 1)
    assert run(screen, patience=0.05, a=deaf) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(int(screen.lines[0].removeprefix("a: ")), 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_supervisor_and_its_handler_goes_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    def interrupt(_lines: list[str]) -> bool:
        os.kill(os.getpid(), number)
        return False

    assert run(Screen(interrupt), a="import signal; print('up'); signal.pause()") == 0
    assert signal.getsignal(number) is before


def test_a_command_that_cannot_be_run_is_said_and_tried_again() -> None:
    screen = Screen(lambda lines: len(lines) == 2)
    missing = ProcessSpec("a", ["/nowhere/program"])
    supervise([missing], {}, show=screen, stopping=screen.stopping, first_delay=0.01)
    assert screen.lines == ["orchestra: a cannot be started: No such file or directory"] * 2


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's favour is Linux's alone")
def test_processes_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    child = (
        "import fcntl, signal, sys\n"
        f"note = open({str(tmp_path / 'note')!r}, 'w')\n"
        "fcntl.flock(note, fcntl.LOCK_EX)\n"
        "signal.signal(signal.SIGTERM, lambda *_: (note.write('asked to end'), sys.exit()))\n"
        "signal.alarm(5)\n"
        "print('up', flush=True)\n"
        "signal.pause()"
    )
    supervisor = (
        "import os, signal, sys\n"
        "from jobs.local.supervisor import ProcessSpec, supervise\n"
        f"spec = ProcessSpec('a', [sys.executable, '-S', '-c', {child!r}])\n"
        "supervise([spec], {}, show=lambda *_: os.kill(os.getpid(), signal.SIGKILL))\n"
    )
    killed = subprocess.run([sys.executable, "-c", supervisor], check=False)
    assert killed.returncode == -signal.SIGKILL
    with (tmp_path / "note").open() as note:
        fcntl.flock(note, fcntl.LOCK_EX)  # held as long as the child lives
        assert note.read() == "asked to end"


def test_names_stand_before_lines_in_a_column() -> None:
    output = io.StringIO()
    show = printer(output, ["web", "worker-1"])
    show("web", "hello")
    show("orchestra", "worker-1 ended")
    assert output.getvalue() == "web       | hello\norchestra | worker-1 ended\n"


def test_names_are_coloured_on_a_terminal_only() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    output = Terminal()
    printer(output, ["web"])("web", "hello")
    assert output.getvalue() == "\x1b[36mweb       |\x1b[0m hello\n"
