"""What the bot says in a new comment; the words are found in rendering."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.model.findings import Finding
from bot.core.model.identifiers import Login
from bot.core.model.notices import Notice
from bot.core.model.plan import Plan
from bot.core.model.reasons import Hold, Pause, Wait
from bot.core.model.refusals import Refusal


class MessageKind(StrEnum):
    """Why there is a new comment."""

    REPLY = "reply"
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
    BUDGET_WARNING = "budget_warning"
    PLAN = "plan"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One comment to be written: why, to whom, and the facts that it reports.

    `to` is who is mentioned or answered, `command` the line of theirs that is answered. `notice` is
    what was done or happened, `refusal` why nothing was done. `pause`, `wait`, `hold` and `checks`
    (those that fail on the base branch, or are `unfinished` there) are why a person is needed.
    `task` is the task's number and `pull_request` the pull request's where it is about one;
    `findings` are `doctor`'s, `plan` is what was proposed, or why nothing was.
    """

    kind: MessageKind
    to: Login | None = None
    command: str | None = None
    notice: Notice | None = None
    refusal: Refusal | None = None
    pause: Pause | None = None
    wait: Wait | None = None
    hold: Hold | None = None
    checks: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    task: int | None = None
    pull_request: int | None = None
    findings: tuple[Finding, ...] = ()
    plan: Plan | None = None
