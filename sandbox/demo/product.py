"""`python -m sandbox.demo.product FILE up …`: the product with a clock that the demo moves on.

Everything else is as with `orchestra up …`. FILE holds how many seconds the clock is ahead, and is
read at each look; without it the time is the true one. Some of the product's waits are minutes
long so that a person can act first, which nobody watches a demo for.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

from bot.cli.app import app
from jobs.local.up import run_all
from storage.database import Database


def main(file: str, command: str, *options: str) -> int:
    """Run one of the product's commands; returns the exit code."""
    if command == "up":
        program = [sys.executable, "-m", __spec__.name, file]
        port = int(options[options.index("--port") + 1])
        return run_all(os.environ, port=port, program=program)
    Database.ahead = lambda: ahead(Path(file))
    app([command, *options])
    return 0


def ahead(file: Path) -> timedelta:
    """Return what `file` says."""
    try:
        return timedelta(seconds=float(file.read_text("utf-8")))
    except FileNotFoundError:
        return timedelta()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
