"""The fakes' time: the wall clock when run by hand, moved by hand in tests."""

from datetime import UTC, datetime, timedelta


class Clock:
    """UTC time, plus whatever `advance` has added.

    A frozen clock stands still but for `advance`, so a test decides when things fall due.
    """

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._frozen_at = frozen_at
        self._shift = timedelta()

    def now(self) -> datetime:
        """Return the time, timezone-aware, in UTC."""
        return (self._frozen_at or datetime.now(UTC)) + self._shift

    def advance(self, seconds: float) -> None:
        """Move the time forward by `seconds`."""
        self._shift += timedelta(seconds=seconds)


def github_time(moment: datetime) -> str:
    """GitHub writes whole seconds: `2026-11-21T10:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
