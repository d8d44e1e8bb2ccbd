"""What evaluating a pull request comes to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.observations import Check, Review
from bot.core.model.reasons import Wait


class Step(StrEnum):
    """What to do with the pull request next."""

    MERGED = "merged"
    CLOSED = "closed"
    MARK_READY = "mark_ready"
    CONFLICT = "conflict"
    UPDATE = "update"
    CHECKS_FAILED = "checks_failed"
    CHECKS_INTERRUPTED = "checks_interrupted"
    CHANGES_REQUESTED = "changes_requested"
    WAIT = "wait"
    ASK_PERSON = "ask_person"
    EDIT_BODY = "edit_body"
    AUTO_MERGE = "auto_merge"
    MERGE = "merge"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The step to take, and what the merge waits for; without `wait` nothing is in its way.

    `until` is when the answer changes by itself, `needs_person` tells that only a person ends the
    wait. `checks` and `reviews` are those that the step is about. `leaves_auto_merge`: nothing is
    known for which GitHub must not merge it by itself. `stage` counts what is in order before it.
    """

    step: Step
    wait: Wait | None = None
    until: datetime | None = None
    needs_person: bool = False
    leaves_auto_merge: bool = False
    checks: tuple[Check, ...] = ()
    reviews: tuple[Review, ...] = ()
    stage: int = 0
