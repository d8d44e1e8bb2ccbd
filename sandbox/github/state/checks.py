"""Check runs and commit statuses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.github.state.accounts import App, User


@dataclass(eq=False)
class CheckRun:
    """A check run; it belongs to one App and one SHA for ever."""

    id: int
    suite_id: int
    app: App
    name: str
    head_sha: str
    status: str
    started_at: datetime
    conclusion: str | None = None
    completed_at: datetime | None = None
    details_url: str | None = None
    external_id: str = ""
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)


@dataclass(eq=False)
class Status:
    """A commit status; the newest per context counts."""

    id: int
    sha: str
    state: str
    context: str
    description: str | None
    target_url: str | None
    creator: User
    created_at: datetime
