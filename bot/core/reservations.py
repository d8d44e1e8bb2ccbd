"""What is scarce, and who holds it: asked for by a decision, granted in its transaction.

A decision reserves slots; the transaction that stores it looks for holders outside the epic, and
has the decision made again with those that are held (`Transition.reserve`).
"""

from dataclasses import dataclass, field

from bot.core.model.epic import Epic
from bot.core.model.identifiers import RunId, TaskStatus
from bot.core.model.money import Micros


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds a slot: a task of this epic, or the epic of another issue.

    Where several hold what is limited, `count` is how many there are, and `issues` are those of
    the same repository; of money, `left` is what nobody has spent or set aside, and `at_best` what
    is not spent.
    """

    task: int | None = None
    issue: int | None = None
    count: int | None = None
    issues: tuple[int, ...] = ()
    left: Micros | None = None
    at_best: Micros | None = None


@dataclass(frozen=True, kw_only=True)
class MergeSlot:
    """The one merge at a time that goes into a branch, over all epics of a repository.

    GitHub's merge queue has an order of its own, so a queued merge holds nothing.
    """

    base: str

    def held_within(self, epic: Epic) -> Holder | None:
        """Return the task of the epic that merges into the branch."""
        for task in epic.tasks:
            queued = task.pull_request is not None and task.pull_request.is_queued
            merging = task.status is TaskStatus.MERGING and not queued
            if merging and epic.base_of(task) == self.base:
                return Holder(task=task.number)
        return None


@dataclass(frozen=True, kw_only=True)
class AgentSlot:
    """Room for the agent of that task; one that is under way has it until it ends."""

    task: int

    def held_within(self, epic: Epic) -> Holder | None:
        """Return a task under way when the epic may have no more of them beside this one."""
        under_way = [task.number for task in epic.under_way()]
        if self.task in under_way or len(under_way) < epic.settings.max_parallel:
            return None
        return Holder(task=under_way[0])


@dataclass(frozen=True, kw_only=True)
class MoneySlot:
    """An amount for a run's prompt out of the month's budgets, the repository's and the operator's.

    `cap` is what the repository's agents may cost in a month. It is the same slot for any amount:
    one that is too much is asked for again with less.
    """

    run: RunId
    prompt: int
    amount: Micros = field(compare=False)
    cap: Micros = field(compare=False)


Slot = MergeSlot | AgentSlot | MoneySlot
