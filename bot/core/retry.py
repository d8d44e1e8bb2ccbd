"""When something is tried again: every back-off of the core."""

import hashlib

FIRST_DELAY = 5.0
MAX_DELAY = 600.0


def doubling(first: float, times: int, maximum: float) -> float:
    """Return `first` seconds, doubled `times` times, at most `maximum`."""
    return min(maximum, first * 2.0**times)


def delay(retries_used: int, salt: str) -> float:
    """Return the seconds until a failed task's next retry: 5 s to 10 min, a quarter either way.

    The jitter comes from `salt`, so that a decision made twice comes out the same.
    """
    spread = int.from_bytes(hashlib.sha256(salt.encode()).digest()[:4]) / 2**32
    return doubling(FIRST_DELAY, retries_used, MAX_DELAY) * (0.75 + spread / 2)


def after_refused_merge(refusals: int) -> float:
    """Return the seconds until a refused merge is tried again: at once, then 2, 6, 14, …"""
    return 2.0**refusals - 2
