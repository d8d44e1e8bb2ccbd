"""`make fuzz`: send hostile strings through every door, and say what came of it."""

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
from tests.hostile.play import play

PROGRESS_EVERY = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Send them; returns the process's exit code, 0 where no fault was found."""
    options = _parser().parse_args(arguments)
    began, jobs = time.monotonic(), options.jobs
    most = -(-options.strings // jobs)
    share = partial(_play_share, options.database, most, options.seed, jobs)
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        results = pool.map(share, range(jobs))
    failures = [failure for _, failed in results for failure in failed]
    for failure in failures:
        print(failure, file=sys.stderr)
    count, minutes = sum(used for used, _ in results), (time.monotonic() - began) / 60
    ended = "no fault" if not failures else f"{len(failures)} stories with a fault"
    print(f"{count} hostile strings on {options.database} in {minutes:.1f} minutes: {ended}")
    return 1 if failures or not count else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=…", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--strings", type=int, default=100_000, help="how many, about")
    parser.add_argument("--seed", type=int, default=1, help="that of the first story")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    return parser


def _play_share(kind: Kind, most: int, seed: int, jobs: int, share: int) -> tuple[int, list[str]]:
    """Play stories until that many strings were used; how many, and what went wrong."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    failures: list[str] = []
    used, number = 0, seed + share
    with tempfile.TemporaryDirectory() as name, fakes(Path(name) / "valkey") as near:
        while used < most:
            try:
                used += play(near, Path(name) / str(number), kind, number)
            except Exception as error:
                told = "".join(traceback.format_exception(error, limit=-4))
                failures.append(f"--seed {number} --strings 1 --jobs 1\n{told}")
                used += 1
            number += jobs
            if share == 0 and (number - seed) // jobs % PROGRESS_EVERY == 0:
                print(f"{used} of {most} in this process", flush=True)
    return used, failures


if __name__ == "__main__":
    sys.exit(main())
