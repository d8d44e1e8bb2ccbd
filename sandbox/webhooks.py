"""Signed webhooks on their way out: held for the test to deliver, or sent by a thread."""

import hashlib
import hmac
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx


@dataclass(frozen=True)
class Webhook:
    """One signed request to a receiver: the exact bytes and headers, so it can be sent twice."""

    url: str
    headers: dict[str, str]
    body: bytes


def sign(secret: str, body: bytes) -> str:
    """`sha256=` and the hex HMAC-SHA256 of the raw body, as GitHub and Cursor both sign."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


Send = Callable[[Webhook], int]


def send_over_http(webhook: Webhook) -> int:
    """POST it and return the status code; 0 when nobody answered within 10 s."""
    try:
        answer = httpx.post(
            webhook.url, content=webhook.body, headers=webhook.headers, timeout=10, trust_env=False
        )
    except httpx.HTTPError:
        return 0
    return answer.status_code


@dataclass
class Outbox:
    """Webhooks in the order they arose.

    Without `start` they stay in `held` until the test takes them; after `start` a thread sends
    each as soon as it is posted, in order, and `delivered` keeps (webhook, status code).
    """

    send: Send = send_over_http
    held: list[Webhook] = field(default_factory=list)
    delivered: list[tuple[Webhook, int]] = field(default_factory=list)
    _queue: "queue.Queue[Webhook | None] | None" = None
    _thread: threading.Thread | None = None

    def post(self, webhook: Webhook) -> None:
        """Queue `webhook` for the thread, or hold it for the test."""
        if self._queue is None:
            self.held.append(webhook)
        else:
            self._queue.put(webhook)

    def take(self) -> list[Webhook]:
        """Remove and return what is held."""
        taken, self.held = self.held, []
        return taken

    def start(self) -> None:
        """Send from now on by a background thread."""
        self._queue = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send what is queued, then end the thread."""
        if self._queue is not None and self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout=15)
            self._queue = self._thread = None

    def _run(self) -> None:
        assert self._queue is not None
        while (webhook := self._queue.get()) is not None:
            self.delivered.append((webhook, self.send(webhook)))
