"""Services that stop answering: one line when that begins and one when it ends, per process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

LONGEST_REASON = 200  # characters

log = structlog.get_logger(__name__)


class Outages:
    """Which services do not answer this process, and since when."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: dict[str, float] = {}

    def failed(self, service: str, reason: object) -> None:
        """Say once that `service` does not answer; an exception's first line is the reason."""
        with self._lock:
            is_new = service not in self._since
            self._since.setdefault(service, time.monotonic())
        if is_new:
            log.warning(f"{service} does not answer", reason=_first_line(reason))

    def answered(self, service: str) -> None:
        """Say once that it answers again."""
        if service not in self._since:
            return
        with self._lock:
            since = self._since.pop(service, None)
        if since is not None:
            log.info(f"{service} answers again", seconds=round(time.monotonic() - since, 1))

    @contextmanager
    def watching(self, service: str, *errors: type[Exception]) -> Iterator[None]:
        """Take any of `errors` for an outage, and raise it on; no error for its end."""
        try:
            yield
        except errors as error:
            self.failed(service, error)
            raise
        self.answered(service)


def _first_line(reason: object) -> str:
    lines = str(reason).strip().splitlines()
    return lines[0][:LONGEST_REASON] if lines else type(reason).__name__


outages = Outages()
