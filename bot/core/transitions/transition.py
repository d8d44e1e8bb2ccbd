"""One decision being made: the facts so far, and what is asked for on the way."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.effects import Effect, PostComment, Scope, StopAgent
from bot.core.model.epic import Epic, Task
from bot.core.model.messages import Message
from bot.core.text.sanitize import one_line


@dataclass(frozen=True, kw_only=True)
class Emission:
    """An effect and the earliest time for it."""

    effect: Effect
    not_before: datetime


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The outcome: new facts, effects asked for and taken back, and lines for the epic's log."""

    epic: Epic
    emitted: tuple[Emission, ...]
    cancelled: tuple[Scope, ...]
    log: tuple[tuple[int | None, str], ...]


@dataclass
class Transition:
    """Collects a decision; it lives for one call of `decide` and is seen by nobody else."""

    epic: Epic
    now: datetime
    base_taken_by: int | None = None
    emitted: list[Emission] = field(default_factory=list)
    cancelled: list[Scope] = field(default_factory=list)
    lines: list[tuple[int | None, str]] = field(default_factory=list)

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
        """Take back what was emitted in `scope` before, in this decision too, unless it was sent.

        What is emitted after that stays.
        """
        self.cancelled.append(scope)
        self.emitted = [one for one in self.emitted if not scope.covers(one.effect)]

    def log(self, text: str, task: int | None = None) -> None:
        """Add a line to the epic's log."""
        self.lines.append((task, text))

    def update_epic(self, **facts: Any) -> None:
        """Change facts of the epic."""
        self.epic = replace(self.epic, **facts)

    def update(self, task: Task, **facts: Any) -> Task:
        """Store `task`, with `facts` changed, in the epic, and return it as stored."""
        changed = replace(task, **facts)
        self.epic = self.epic.with_task(changed)
        return changed

    def in_seconds(self, seconds: float) -> datetime:
        """The time `seconds` from now."""
        return self.now + timedelta(seconds=seconds)

    def decision(self) -> Decision:
        """What was decided."""
        return Decision(
            epic=self.epic,
            emitted=tuple(self.emitted),
            cancelled=tuple(self.cancelled),
            log=tuple(self.lines),
        )


def sentence(text: str) -> str:
    """The text with a capital letter at its start."""
    return text[:1].upper() + text[1:]


def plain(reason: str) -> str:
    """GitHub's words as a part of a sentence."""
    return one_line(reason).rstrip(". ")
