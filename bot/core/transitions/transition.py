"""One decision in the making: the facts so far, and what is asked for on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.effects import Effect, PostComment, Scope, StopAgent
from bot.core.model.epic import Epic
from bot.core.model.identifiers import Login
from bot.core.model.messages import Message
from bot.core.model.notices import Notice
from bot.core.model.task import Task
from bot.core.model.terms import Terms
from bot.core.reservations import AgentSlot, Holder, MergeSlot, MoneySlot, Slot
from bot.core.text.sanitize import one_line


@dataclass(frozen=True, kw_only=True)
class Emission:
    """An effect and the earliest time for it."""

    effect: Effect
    not_before: datetime


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The outcome: new facts, effects emitted and cancelled, lines for the epic's log.

    It may be stored only if every slot in `reserved` is free outside the epic.
    """

    epic: Epic
    emitted: tuple[Emission, ...]
    cancelled: tuple[Scope, ...]
    log: tuple[tuple[int | None, Notice], ...]
    reserved: tuple[Slot, ...]


@dataclass
class Transition:
    """Collects a decision; it lives for one call of `decide` and is seen by nobody else.

    `held` are slots that somebody outside the epic holds, `caused_by` did what is decided on, under
    the operator's `terms`.
    """

    epic: Epic
    now: datetime
    held: Mapping[Slot, Holder] = field(default_factory=dict)
    caused_by: Login | None = None
    terms: Terms = field(default_factory=Terms)
    emitted: list[Emission] = field(default_factory=list)
    cancelled: list[Scope] = field(default_factory=list)
    lines: list[tuple[int | None, Notice]] = field(default_factory=list)
    reserved: list[Slot] = field(default_factory=list)

    def emit(self, effect: Effect, after: float = 0) -> None:
        """Ask for `effect`, at the earliest in `after` seconds.

        Where GitHub takes nothing from us any more, only agents can still be stopped.
        """
        if self.epic.unreachable is None or isinstance(effect, StopAgent):
            self.emitted.append(Emission(effect=effect, not_before=self.in_seconds(after)))

    def comment(self, message: Message, purpose: str, issue: int | None = None) -> None:
        """Ask for a new comment on the epic, or on the pull request `issue`."""
        number = issue or self.epic.issue_number
        self.emit(PostComment(issue=number, purpose=purpose, message=message))

    def cancel_pending(self, scope: Scope) -> None:
        """Cancel what was emitted in `scope` before, in this decision too, unless it was sent.

        What is emitted after that stays.
        """
        self.cancelled.append(scope)
        self.emitted = [one for one in self.emitted if not scope.covers(one.effect)]

    def reserve_money(self, slot: MoneySlot) -> None:
        """Set an amount aside; the transaction has it decided again where that is too much."""
        self.reserved.append(slot)

    def reserve(self, slot: MergeSlot | AgentSlot) -> Holder | None:
        """Take `slot`, or return who holds it."""
        holder = slot.held_within(self.epic) or self.held.get(slot)
        if holder is None and slot not in self.reserved:
            self.reserved.append(slot)
        return holder

    def log(self, notice: Notice, task: int | None = None) -> None:
        """Add a line to the epic's log."""
        self.lines.append((task, notice))

    def update_epic(self, **facts: Any) -> None:
        """Change facts of the epic."""
        self.epic = replace(self.epic, **facts)

    def update(self, task: Task, **facts: Any) -> Task:
        """Store `task`, with `facts` changed, in the epic, and return it as stored."""
        changed = replace(task, **facts)
        self.epic = self.epic.with_task(changed)
        return changed

    def in_seconds(self, seconds: float) -> datetime:
        """Return the time `seconds` from now."""
        return self.now + timedelta(seconds=seconds)

    def decision(self) -> Decision:
        """Return what was decided."""
        return Decision(
            epic=self.epic,
            emitted=tuple(self.emitted),
            cancelled=tuple(self.cancelled),
            log=tuple(self.lines),
            reserved=tuple(self.reserved),
        )


def quoted(words: str) -> str:
    """Return somebody's words as one line without a full stop, to be quoted."""
    return one_line(words).rstrip(". ")
