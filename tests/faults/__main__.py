"""`make faults`: play every request of an epic with every wrong answer, and say what came of it."""

import argparse
import logging
import multiprocessing
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import structlog

from tests.databases import Kind
from tests.fakes import fakes
from tests.faults.play import play
from tests.faults.requests import fault_stories

PROGRESS_EVERY = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Play them all; returns the process's exit code, 0 where every epic came to its end."""
    options = _parser().parse_args(arguments)
    began, jobs = time.monotonic(), options.jobs
    share = partial(_play_share, options.database, options.only, jobs)
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        results = pool.map(share, range(jobs))
    failures = [failure for _, failed in results for failure in failed]
    for failure in failures:
        print(failure, file=sys.stderr)
    count, minutes = sum(played for played, _ in results), (time.monotonic() - began) / 60
    ended = "all came to their end" if not failures else f"{len(failures)} did not end well"
    print(f"{count} stories on {options.database} in {minutes:.1f} minutes: {ended}")
    return 1 if failures or not count else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--only", default="", help="stories whose name holds this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    return parser


def _play_share(kind: Kind, only: str, jobs: int, share: int) -> tuple[int, list[str]]:
    """Play each story whose turn is this process's; how many, and what went wrong."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    failures = []
    with tempfile.TemporaryDirectory() as name, fakes(Path(name) / "valkey") as near:
        directory = Path(name)
        stories = [one for one in fault_stories(near, directory / "requests") if only in one.name]
        mine = stories[share::jobs]
        for number, story in enumerate(mine, 1):
            try:
                play(near, directory / str(number), kind, story)
            except Exception as error:
                failures.append(f"{story.name}\n{_told(error)}")
            if share == 0 and number % PROGRESS_EVERY == 0:
                print(f"{number} of {len(mine)} in this process", flush=True)
    return len(mine), failures


def _told(error: Exception) -> str:
    return "".join(traceback.format_exception(error, limit=-4))


if __name__ == "__main__":
    sys.exit(main())
