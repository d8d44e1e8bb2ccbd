"""The processes of `orchestra up`, found in /proc, so on Linux alone."""

import contextlib
import os
import signal
from pathlib import Path

KINDS = ("web", "worker", "clock", "valkey")


def kill_one(supervisor: int, kind: str, which: int) -> bool:
    """Kill one of that kind by SIGKILL; False where none is alive at this moment."""
    found = sorted(pid for pid in _children(supervisor) if _kind(pid) == kind)
    if not found:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(found[which % len(found)], signal.SIGKILL)
    return True


def _children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for file in listed for pid in file.read_text("ascii").split()]


def _kind(pid: int) -> str | None:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return None
    if "valkey" in Path(words[0]).name:
        return "valkey"
    return next((kind for kind in KINDS if kind in words), None)
