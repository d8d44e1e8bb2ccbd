"""Faults to order: the next requests that match are answered wrongly, late, or not at all."""

import re
import threading
from dataclasses import dataclass, field
from typing import Any, Literal

Action = Literal["answer", "drop_before", "drop_after", "delay", "empty"]


@dataclass
class Fault:
    """One rule; `match` is searched in the kind (`POST /repos/{owner}/{repo}/issues`, or
    `GraphQL Name`) and in `METHOD /path`.

    `answer` gives `status`, `body` and `headers` without handling the request; `drop_before`
    closes the connection without handling it; `drop_after` handles it and loses the answer;
    `delay` waits `seconds`, then handles it; `empty` handles it, and leaves the items out of every
    list of the answer. The first `after` requests are spared. Used up after `times` requests.
    """

    match: str
    action: Action = "answer"
    status: int = 500
    body: Any = field(default_factory=lambda: {"message": "Server Error"})
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    times: int = 1
    after: int = 0


def rate_limited(
    match: str,
    *,
    status: int = 403,
    retry_after: int | None = 60,
    reset: int | None = None,
    times: int = 1,
) -> Fault:
    """GitHub's secondary limit (`retry_after`, seconds) or primary one (`reset`, epoch seconds).

    Docs page: rest/using-the-rest-api/rate-limits-for-the-rest-api.
    """
    if reset is not None:
        headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
        message = "API rate limit exceeded for installation."
    else:
        headers = {"retry-after": str(retry_after)} if retry_after is not None else {}
        message = "You have exceeded a secondary rate limit. Please wait a few minutes."
    body = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    return Fault(match, "answer", status, body, headers, times=times)


class Faults:
    """The rules not used up yet, tried in the order they were added."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Queue a rule."""
        with self._lock:
            self.waiting.append(fault)

    def take(self, kind: str, method: str, path: str) -> Fault | None:
        """Return the first rule that matches this request, one use of it spent."""
        with self._lock:
            for fault in self.waiting:
                asked = re.compile(fault.match)
                if not (asked.search(kind) or asked.search(f"{method} {path}")):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
