"""What a look at a pull request comes to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.observations import Check, Review


class Step(StrEnum):
    """What is to be done with the pull request."""

    MERGED = "merged"
    CLOSED = "closed"
    MARK_READY = "mark_ready"
    CONFLICT = "conflict"
    UPDATE = "update"
    CHECKS_FAILED = "checks_failed"
    CHANGES_REQUESTED = "changes_requested"
    WAIT = "wait"
    ASK_PERSON = "ask_person"
    EDIT_BODY = "edit_body"
    AUTO_MERGE = "auto_merge"
    MERGE = "merge"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The step to take and, in words for people, what it hangs on.

    `until` is when the answer changes by itself, for a wait that has such a time; `needs_person`
    tells that only a person ends it; `may_be_merged` that `/orchestra merge` gets past it.
    `checks` and `reviews` are those that the step is about. `leaves_auto_merge`: nothing is known
    for which GitHub must not merge it by itself.
    """

    step: Step
    reason: str = ""
    until: datetime | None = None
    needs_person: bool = False
    may_be_merged: bool = False
    leaves_auto_merge: bool = False
    checks: tuple[Check, ...] = ()
    reviews: tuple[Review, ...] = ()


def named(what: str, names: list[str], then: str) -> str:
    """Return `check “test” failed`, `checks “lint”, “test” failed`."""
    listed = ", ".join(f"“{name}”" for name in sorted(names))
    return f"{what}{'s' if len(names) > 1 else ''} {listed} {then}"
