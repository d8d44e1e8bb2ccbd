"""What is scarce, and who holds it: asked for by a decision, granted in its transaction.

A decision reserves slots; the transaction that stores it looks for holders outside the epic, and
has the decision made again with those that are held (`Transition.reserve`).
"""

from dataclasses import dataclass

from bot.core.model.epic import Epic
from bot.core.model.identifiers import TaskStatus

MAX_PARALLEL_TASKS = 1


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds a slot: a task of this epic, or the epic of another issue."""

    task: int | None = None
    issue: int | None = None


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
        if self.task in under_way or len(under_way) < MAX_PARALLEL_TASKS:
            return None
        return Holder(task=under_way[0])


Slot = MergeSlot | AgentSlot
