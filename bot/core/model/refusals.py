"""Why a command was not carried out: a stable code, which the API shows, and its parameters."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.mistakes import ChecklistMistake, SettingsMistake
from bot.core.model.reasons import Failure


class RefusalKind(StrEnum):
    """Why a command was refused."""

    NOT_RUNNING = "not_running"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a command was refused.

    `word` is what the person wrote and could not be read, `usage` and `nearest` what would follow
    `/orchestra` on a right line.
    """

    kind: RefusalKind
    verb: str | None = None
    word: str | None = None
    key: str | None = None
    accepted: tuple[str, ...] = ()
    usage: str | None = None
    nearest: str | None = None
    task: int | None = None
    limit: int | None = None
    branch: str | None = None
    at: datetime | None = None
    now: datetime | None = None
    failure: Failure | None = None
    mistakes: tuple[ChecklistMistake, ...] = ()
    settings_mistakes: tuple[SettingsMistake, ...] = ()
    quote: str | None = None
