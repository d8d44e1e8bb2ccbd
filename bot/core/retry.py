"""When a failed attempt is made again."""

import hashlib

FIRST_DELAY = 5.0
MAX_DELAY = 600.0


def delay(retries_used: int, salt: str) -> float:
    """Seconds until the next automatic retry: doubling from 5 s to 10 min, a quarter either way.

    The jitter comes from `salt`, so that a decision made twice comes out the same.
    """
    spread = int.from_bytes(hashlib.sha256(salt.encode()).digest()[:4]) / 2**32
    return min(MAX_DELAY, FIRST_DELAY * 2.0**retries_used) * (0.75 + spread / 2)
