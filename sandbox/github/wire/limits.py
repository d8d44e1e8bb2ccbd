"""The rate-limit headers. Limits are counted and shown; only `faults` enforces one."""

from datetime import datetime, timedelta

from sandbox.clock import Clock

HOURLY = 5_000
WINDOW = timedelta(hours=1)


class Limits:
    """Requests per actor in windows of one hour from the first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[tuple[str, str], tuple[datetime, int]] = {}

    def headers(self, actor: str, kind: str) -> dict[str, str]:
        """Count one request and say what is left."""
        resource = "graphql" if kind.startswith("GraphQL ") else "core"
        now = self._clock.now()
        reset, used = self._windows.get((actor, resource), (now + WINDOW, 0))
        if reset <= now:
            reset, used = now + WINDOW, 0
        self._windows[actor, resource] = (reset, used + 1)
        return {
            "x-ratelimit-limit": str(HOURLY),
            "x-ratelimit-used": str(used + 1),
            "x-ratelimit-remaining": str(max(HOURLY - used - 1, 0)),
            "x-ratelimit-reset": str(int(reset.timestamp())),
            "x-ratelimit-resource": resource,
        }
