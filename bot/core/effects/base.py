"""What all effects have: their key, their scope, how urgent they are.

`key` tells effects of one epic apart: a pending one of the same key is replaced by the newer, one
in flight is done once more afterwards (`repeats`), unless it is to be done only once.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import ClassVar


class Urgency(IntEnum):
    """The order in which an epic's ready effects are performed."""

    STOP = 0
    MERGE = 10
    FETCH = 20
    LAUNCH = 30
    CLEAN_UP = 35  # before the final report, which says what was kept
    ANSWER = 40
    TIDY = 50
    REPORT = 60
    PLAN = 70  # it takes minutes: whatever people are shown comes first


class Cancellable(StrEnum):
    """What an effect is part of, and so what takes it back before it is sent."""

    MERGE = "merge"  # the merge of a head that was judged
    WORK = "work"  # a task's other work
    FETCH = "fetch"  # reads of a pull request; only the end of our interest in it cancels them
    BASE = "base"  # what is done to the base branch for the epic as a whole
    PLAN = "plan"  # a checklist that is being made


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something to be done outside.

    `identity` names the fields that tell it apart from others of its class in one epic, which make
    its key. `irreversible` effects are marked as sent right before they are; `repeats` ones read
    or set a value, so doing them again later is right; `reads` ones change nothing outside.
    A request of a `slow` one may outlive a worker's claim, which is renewed meanwhile.
    `cancellable` is None for what is done whatever becomes of its task.
    """

    urgency: ClassVar[Urgency]
    identity: ClassVar[tuple[str, ...]] = ()
    irreversible: ClassVar[bool] = False
    repeats: ClassVar[bool] = False
    reads: ClassVar[bool] = False
    slow: ClassVar[bool] = False
    cancellable: ClassVar[Cancellable | None] = None

    @classmethod
    def key_of(cls, *identity: object) -> str:
        """Return the key of this class's effect with those identifying values, or its beginning."""
        return ":".join([cls.__name__, *map(str, identity)])

    @property
    def key(self) -> str:
        """What tells this effect apart within its epic."""
        return self.key_of(*(getattr(self, name) for name in self.identity))

    @property
    def of_task(self) -> int | None:
        """The number of the task that it is for."""
        return getattr(self, "task", None)

    @property
    def of_pull_request(self) -> int | None:
        """The number of the pull request that it is about."""
        return getattr(self, "number", None)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which of an epic's effects are taken back: those of these `kinds`, here or anywhere."""

    kinds: frozenset[Cancellable]
    task: int | None = None
    pull_request: int | None = None

    def covers(self, effect: Effect) -> bool:
        """Whether `effect` is taken back, if it was not sent."""
        return (
            effect.cancellable in self.kinds
            and self.task in (None, effect.of_task)
            and self.pull_request in (None, effect.of_pull_request)
        )


_WORK = frozenset({Cancellable.MERGE, Cancellable.WORK})
WHOLE_EPIC = Scope(kinds=_WORK | {Cancellable.BASE, Cancellable.PLAN})
PLANNING = Scope(kinds=frozenset({Cancellable.PLAN}))


def work_on_task(task: int) -> Scope:
    """All that is done for a task; what is read of its pull request may still come."""
    return Scope(kinds=_WORK, task=task)


def all_about_pull_request(number: int) -> Scope:
    """All that is done with a pull request that the epic gives up."""
    return Scope(kinds=_WORK | {Cancellable.FETCH}, pull_request=number)


def merge_of_pull_request(number: int) -> Scope:
    """Return the scope of a pull request's merge, by us or left to GitHub."""
    return Scope(kinds=frozenset({Cancellable.MERGE}), pull_request=number)
