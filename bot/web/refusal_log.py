"""What the log learns of webhooks that were refused: a line a minute, whoever sends how many."""

import threading
import time
from collections.abc import Callable

import structlog

from bot.web.answers import RequestError

INTERVAL = 60.0  # seconds between two lines about the same status
_REMEDIES = {
    401: "is it the secret that the sender was given? Strangers are refused so as well",
    400: "set the webhook's content type to application/json",
}

log = structlog.get_logger(__name__)


class RefusalLog:
    """Counts refusals by status; `secret` is the environment variable to be looked at."""

    def __init__(self, secret: str, now: Callable[[], float] = time.monotonic) -> None:
        self._secret = secret
        self._now = now
        self._lock = threading.Lock()
        self._told: dict[int, tuple[float, int]] = {}

    def note(self, refusal: RequestError) -> None:
        """Log the refusal, or count it for the next line."""
        now = self._now()
        with self._lock:
            last, untold = self._told.get(refusal.status, (-INTERVAL, 0))
            is_due = now - last >= INTERVAL
            self._told[refusal.status] = (now, 0) if is_due else (last, untold + 1)
        if is_due:
            secret = self._secret if refusal.status == 401 else None
            log.warning(
                "webhook refused",
                reason=refusal.message,
                setting=secret,
                remedy=_REMEDIES.get(refusal.status),
                more_since_last_line=untold or None,
            )
