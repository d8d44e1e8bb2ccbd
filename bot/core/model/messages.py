"""What the bot says in a new comment; the words are found in rendering."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.model.identifiers import Login


class MessageKind(StrEnum):
    """Why there is a new comment."""

    REPLY = "reply"
    MISTAKE = "mistake"
    NOT_ALLOWED = "not_allowed"
    COULD_NOT_ASK = "could_not_ask"
    STRANGER = "stranger"
    HELP = "help"
    STATUS = "status"
    PAUSED = "paused"
    NEEDS_PERSON = "needs_person"
    COMPLETED = "completed"
    LATE_MERGE = "late_merge"
    SKIPPED = "skipped"
    RESTARTED = "restarted"
    LOGS = "logs"
    DOCTOR = "doctor"


class Health(StrEnum):
    """What an examined thing comes to."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that `doctor` looked at, how it is, and what to do about it."""

    what: str
    health: Health
    text: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """One comment to be written.

    `to` is who is mentioned or answered; `text` a sentence of ours in which anything a person wrote
    is yet to be escaped; `nearest` and `usage` help with a mistaken command; `task` is the task's
    number where it is about one; `findings` are `doctor`'s.
    """

    kind: MessageKind
    to: Login | None = None
    text: str = ""
    nearest: str | None = None
    usage: str | None = None
    task: int | None = None
    findings: tuple[Finding, ...] = ()
