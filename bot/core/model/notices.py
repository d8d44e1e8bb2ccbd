"""What happened, for the epic's log and for answers: a kind and its parameters, never a sentence."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.identifiers import Login
from bot.core.model.reasons import Failure, Pause, Wait


class NoticeKind(StrEnum):
    """What happened."""

    LEGACY = "legacy"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing that happened; `quote` holds somebody else's words."""

    kind: NoticeKind
    by: Login | None = None
    task: int | None = None
    pull_request: int | None = None
    branch: str | None = None
    sha: str | None = None
    count: int | None = None
    limit: int | None = None
    seconds: float | None = None
    at: datetime | None = None
    names: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    failure: Failure | None = None
    wait: Wait | None = None
    pause: Pause | None = None
    quote: str | None = None
