"""What a run of an agent may cost, and what it has cost: plain sums over an epic's facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.agent_run import AgentRun
from bot.core.model.epic import Epic
from bot.core.model.identifiers import TaskStatus
from bot.core.model.money import Micros
from bot.core.model.settings import DEFAULT_MODEL, EpicSettings
from bot.core.model.task import Task
from bot.core.model.terms import Terms

# Less than so many minutes' worth is not worth a launch.
MIN_MINUTES = 5
WARN_PERCENT = 80
# A guess at how long an agent works on a task.
TYPICAL_MINUTES = 20
_TO_BE_DONE = (TaskStatus.PENDING, TaskStatus.PROCESSING)


class Limit(StrEnum):
    """What leaves no money for another run."""

    TASK = "task"
    EPIC = "epic"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What the next prompt of a task may cost.

    It could be as much as `at_best`, by the tightest `limit`, once agents yet to end have ended
    and turn out to have cost nothing more.
    """

    amount: Micros
    limit: Limit
    at_best: Micros


def epic_budget(epic: Epic) -> Micros:
    """Return what the epic's agents may cost together."""
    return Micros(epic.settings.epic_budget + epic.money.raised)


def cost(task: Task) -> Micros:
    """Return what the task's agents have cost so far."""
    return Micros(sum(run.bill.spent for run in task.runs))


def estimate(epic: Epic, tasks: Sequence[Task], terms: Terms) -> Micros | None:
    """Guess what the tasks that agents have yet to do may cost; None where nothing does."""
    left = [task for task in tasks if task.status in _TO_BE_DONE]
    prices = [terms.price(epic.model_for(task)) for task in left]
    return Micros(sum(prices) * TYPICAL_MINUTES) if any(prices) else None


def spent(epic: Epic) -> Micros:
    """Return what the epic's agents have cost so far."""
    return Micros(sum(run.bill.spent for task in epic.tasks for run in task.runs))


def committed(*tasks: Task) -> int:
    """Return what agents of the tasks have cost, and what is set aside for those at work."""
    return sum(run.bill.spent + run.bill.reserved for task in tasks for run in task.runs)


def allowance(epic: Epic, task: Task, price: Micros) -> Allowance:
    """Return what task and epic allow for one more prompt at that price of a minute."""
    wanted = epic.settings.agent_timeout * price // 60
    task_budget, budget = epic.settings_for(task).task_budget, epic_budget(epic)
    free = min(task_budget - committed(task), budget - committed(*epic.tasks))
    not_spent = {Limit.TASK: task_budget - cost(task), Limit.EPIC: budget - spent(epic)}
    limit = min(not_spent, key=lambda one: not_spent[one])
    return Allowance(
        amount=Micros(max(0, min(wanted, free))),
        limit=limit,
        at_best=Micros(max(0, not_spent[limit])),
    )


def is_enough(amount: int, price: Micros) -> bool:
    """Tell whether the amount lasts for the shortest run that is worth a launch."""
    return amount >= MIN_MINUTES * price


def seconds_for(run: AgentRun, timeout: int, terms: Terms) -> float:
    """Return how long the run's prompt may take: its time, or as long as its money lasts."""
    price = terms.price(run.model)
    return min(timeout, run.bill.reserved * 60 / price) if price and run.bill.reserved else timeout


def usual_price(settings: EpicSettings, terms: Terms) -> Micros:
    """Return the price of a minute of the settings' model."""
    model = settings.model_for()
    return terms.price(None if model == DEFAULT_MODEL else model)


def seconds_for_task(settings: EpicSettings, terms: Terms) -> float:
    """Return how long an agent may work on a task that says nothing of model or budget."""
    price, timeout = usual_price(settings, terms), settings.agent_timeout
    return min(timeout, settings.task_budget * 60 / price) if price else timeout


def cost_of(run: AgentRun, terms: Terms) -> Micros:
    """Return what the run's latest prompt has cost: as reported, or by the minutes it took."""
    if run.bill.told is not None:
        return Micros(max(0, run.bill.told - run.bill.spent))
    if run.prompted_at is None or run.ended_at is None:
        return Micros(0)
    seconds = max(0.0, (run.ended_at - run.prompted_at).total_seconds())
    return Micros(round(seconds * terms.price(run.model) / 60))


def month_of(now: datetime) -> str:
    """Return the month (UTC) that money is counted in, as `2026-11`."""
    return f"{now:%Y-%m}"
