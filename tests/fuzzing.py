"""Inputs by the million: none is read wrongly, and none slowly, however busy the machine is."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

LIMIT = 0.050
"""Seconds of processor time that reading one input may take."""

_TRIES = 5
_Read = TypeVar("_Read")


def read_in_time(read: Callable[[str], _Read], text: str) -> _Read:
    """Read the text; fail where that takes too long each time."""
    found, taken = _timed(read, text)
    if taken > LIMIT:
        taken = _quickest(read, text)
    assert taken <= LIMIT, f"{taken * 1000:.1f} ms for {text!r}"
    return found


def run(
    count: int,
    seed: int,
    make: Callable[[random.Random], str],
    read: Callable[[str], object],
    check: Callable[[str], object],
) -> int:
    """Check that many inputs and print the slowest; 1 after one that is wrong or slow, else 0."""
    chance = random.Random(seed)
    slowest, culprit = 0.0, ""
    for number in range(1, count + 1):
        text = make(chance)
        try:
            check(text)
        except Exception as error:  # whatever it is, its input is to be seen
            print(f"input {number:,} of seed {seed}: {text!r}\n{type(error).__name__}: {error}")
            return 1
        if _timed(read, text)[1] > slowest:
            slowest, culprit = max((slowest, culprit), (_quickest(read, text), text))
    print(f"{count:,} inputs, seed {seed}, none read or answered wrongly")
    print(f"slowest: {slowest * 1000:.1f} ms for {len(culprit):,} characters: {culprit[:80]!r}")
    return 0


def _timed(read: Callable[[str], _Read], text: str) -> tuple[_Read, float]:
    began = time.thread_time()
    found = read(text)
    return found, time.thread_time() - began


def _quickest(read: Callable[[str], object], text: str) -> float:
    """The best of some tries: a collection of garbage is not the text's fault."""
    return min(_timed(read, text)[1] for _ in range(_TRIES))
