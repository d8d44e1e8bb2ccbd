"""What was asked of a fake, for audits."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One request as it arrived and the answer it got.

    `actor` is the login or App that authenticated, empty where the request had no valid
    credential; `kind` is the route's template (`POST /repos/{owner}/{repo}/issues`), for GraphQL
    the operation's name (`GraphQL PullRequestSnapshot`).
    """

    at: datetime
    actor: str
    kind: str
    method: str
    path: str
    query: str
    request: Any
    status: int
    answer: Any
    request_headers: dict[str, str] = field(default_factory=dict)
    answer_headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Ledger:
    """Entries in the order of their answers; safe to append to from several threads."""

    entries: list[Entry] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, entry: Entry) -> None:
        """Append `entry`."""
        with self._lock:
            self.entries.append(entry)

    def of_kind(self, kind: str) -> list[Entry]:
        """Return the entries whose kind is exactly `kind`."""
        with self._lock:
            return [entry for entry in self.entries if entry.kind == kind]
