"""`make chaos`: an epic completes although its processes are killed again and again."""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from sandbox.demo.director import Director
from sandbox.demo.person import BOT, Person
from sandbox.demo.scenarios import SCENARIOS
from sandbox.demo.stage import Stage
from sandbox.standalone import REPOSITORY
from tests.chaos.processes import KINDS, kill_one

EPIC = SCENARIOS["happy"]
# The bot's clock goes on that many times as fast: claims of killed workers run out in a second or
# two, and what nobody told it of is looked for.
SPEED = 30.0
LOOK_EVERY = 0.2  # seconds
PAUSES = (0.2, 1.2)  # seconds between two kills


class ChaosError(Exception):
    """What did not come out as it should."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play it; returns the process's exit code."""
    options = _parser().parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="c-") as name, Stage(Path(name)) as stage:
        try:
            killed = _play(stage, options.kills, options.seed, began + options.seconds)
        except (ChaosError, httpx.HTTPError) as error:
            print(f"{stage.log_tail('bot', 60)}\n\nchaos: {error}", file=sys.stderr)
            return 1
    told = ", ".join(f"{kind} {count}" for kind, count in killed.items())
    print(f"chaos: the epic is done after kills of {told}, in {time.monotonic() - began:.0f} s")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make chaos ARGS=…", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="how often each kind is killed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=600, help="how long it may take")
    return parser


def _play(stage: Stage, kills: int, seed: int, deadline: float) -> Counter[str]:
    stage.start_sandbox()
    director = Director(stage.github_url, stage.cursor_url, REPOSITORY)
    # The agents take as long, together, as the killing.
    slow = kills * len(KINDS) * PAUSES[1] / len(EPIC.plans)
    plans = [{**plan, "script": {**plan["script"], "seconds_to_end": slow}} for plan in EPIC.plans]
    director.behave(checks=EPIC.checks, rules=EPIC.rules, plans=plans)
    stage.start_bot(movable_clock=True)
    with Person(stage.github_url, REPOSITORY) as ada:
        number = ada.open_issue(EPIC.title, EPIC.body)
        ada.label(number, "orchestra")
        _wait_for(lambda: _says(ada, number, "ready to start"), deadline)
        ada.comment(number, "/orchestra start")
        _wait_for(lambda: _says(ada, number, "running"), deadline)
        clock = _Clock(stage)
        killed: Counter[str] = Counter()
        for kind in _order(kills, seed):
            kill = partial(kill_one, stage.pid("bot"), kind, killed.total())
            _wait_for(kill, deadline)
            killed[kind] += 1
            clock.go_on(random.Random(seed + killed.total()).uniform(*PAUSES))
        if _says(ada, number, "done"):
            raise ChaosError("it was done before the last kill")
        _wait_for(lambda: _says(ada, number, "done"), deadline, clock)
        _wait_for(lambda: ada.issue(number)["state"] == "closed", deadline, clock)
        _audit(ada, number, stage)
    return killed


def _order(kills: int, seed: int) -> list[str]:
    kinds = [kind for kind in KINDS for _ in range(kills)]
    random.Random(seed).shuffle(kinds)
    return kinds


def _says(ada: Person, number: int, state: str) -> bool:
    heading = (ada.progress_comment(number) or "").partition("###")[2].partition("\n")[0]
    return f"· {state}" in heading


def _wait_for(happened: Callable[[], bool], deadline: float, clock: "_Clock | None" = None) -> None:
    while not happened():
        if time.monotonic() > deadline:
            raise ChaosError("it has not come to its end in time")
        if clock is None:
            time.sleep(LOOK_EVERY)
        else:
            clock.go_on(LOOK_EVERY)


class _Clock:
    """Lets the bot's clock run ahead of the true time, never back."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._began = stage, time.monotonic()

    def go_on(self, seconds: float) -> None:
        """Let that much true time pass."""
        time.sleep(seconds)
        ahead = (time.monotonic() - self._began) * SPEED
        self._stage.move_clock(timedelta(seconds=ahead))


def _audit(ada: Person, number: int, stage: Stage) -> None:
    """Everything was done, and nothing twice."""
    pulls = ada.pulls()
    if len(pulls) != EPIC.body.count("- [ ]") or not all(pull["merged_at"] for pull in pulls):
        raise ChaosError(f"{len(pulls)} pull requests: {[pull['title'] for pull in pulls]}")
    comments: list[dict[str, Any]] = ada.get(f"/issues/{number}/comments", per_page="100")
    ours = [one["body"].splitlines()[0] for one in comments if one["user"]["login"] == BOT]
    doubled = [marker for marker, count in Counter(ours).items() if count > 1]
    if doubled:
        raise ChaosError(f"said twice: {doubled}")
    ledger = httpx.get(f"{stage.cursor_url}/_sandbox/ledger", timeout=10, trust_env=False).json()
    launched = [one for one in ledger if one["kind"] == "POST /v0/agents" and one["status"] < 300]
    if len(launched) > len(EPIC.plans):
        branches = Counter(one["request"]["target"]["branchName"] for one in launched)
        raise ChaosError(f"launched twice: {branches}")


if __name__ == "__main__":
    sys.exit(main())
