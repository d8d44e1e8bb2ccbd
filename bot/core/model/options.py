"""What a checklist's item says of its own task, beside its text."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.model.money import Micros
from bot.core.model.settings import Complexity, EpicSettings, MergeWhen


class TaskPriority(StrEnum):
    """Which of several ready tasks is launched first."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, kw_only=True)
class TaskOptions:
    """The attributes of a task; what is None is as the epic's settings have it.

    `after` are the numbers of tasks that have to be done before, `budget` is what all its runs
    together may cost.
    """

    after: tuple[int, ...] = ()
    priority: TaskPriority | None = None
    complexity: Complexity | None = None
    model: str | None = None
    merge: MergeWhen | None = None
    retries: int | None = None
    budget: Micros | None = None

    def over(self, settings: EpicSettings) -> EpicSettings:
        """Return the epic's settings with what the task's line says in their place."""
        if self == _NOTHING:
            return settings
        return replace(
            settings,
            merge_when=self.merge or settings.merge_when,
            retries=settings.retries if self.retries is None else self.retries,
            task_budget=settings.task_budget if self.budget is None else self.budget,
        )


_NOTHING = TaskOptions()
