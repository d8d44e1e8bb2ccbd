"""Money for agents: set aside before a prompt is given, settled when it has ended."""

from dataclasses import replace

from bot.core.budget import (
    WARN_PERCENT,
    Allowance,
    Limit,
    allowance,
    cost_of,
    epic_budget,
    is_enough,
    month_of,
    spent,
)
from bot.core.model.agent_run import AgentRun
from bot.core.model.identifiers import EpicStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.money import Micros
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Pause, PauseKind, Wait, WaitKind
from bot.core.model.task import Task
from bot.core.reservations import MoneySlot
from bot.core.transitions.agent_run.turn import wait_for_turn
from bot.core.transitions.epic.endings import pause
from bot.core.transitions.transition import Transition


def set_aside(transition: Transition, task: Task, run: AgentRun) -> AgentRun | None:
    """Return the run with the money for its next prompt; without any left, None.

    Then the task waits for what is set aside for agents that have yet to end, or the epic pauses.
    """
    price = transition.terms.price(run.model)
    if not price:
        return run
    allowed = allowance(transition.epic, task, price)
    if is_enough(allowed.amount, price):
        allowed = _within_month(transition, run, allowed)
    if not is_enough(allowed.amount, price):
        may_come = is_enough(allowed.at_best, price)
        wait_for_turn(transition, task, Wait(kind=WaitKind.MONEY) if may_come else None)
        if not may_come:
            _stop_for_money(transition, task, allowed.limit)
        return None
    month = month_of(transition.now)
    bill = replace(run.bill, reserved=allowed.amount, month=month, told=None)
    return replace(run, bill=bill)


def for_other_model(transition: Transition, task: Task, run: AgentRun) -> AgentRun:
    """Return the run with the money for the model that it was given instead of the wanted one.

    Where a dearer one finds no more, what is set aside lasts for less time.
    """
    price = transition.terms.price(run.model)
    freed = task.with_run(replace(run, bill=replace(run.bill, reserved=Micros(0))))
    allowed = allowance(transition.epic.with_task(freed), freed, price)
    if allowed.amount > run.bill.reserved:
        allowed = _within_month(transition, run, allowed)
    if allowed.amount <= run.bill.reserved or not is_enough(allowed.amount, price):
        return run
    month = month_of(transition.now)
    return replace(run, bill=replace(run.bill, reserved=allowed.amount, month=month))


def _within_month(transition: Transition, run: AgentRun, allowed: Allowance) -> Allowance:
    """Ask for the amount out of the month's budget, and take what is left of it."""
    price = transition.terms.price(run.model)
    cap = transition.epic.settings.month_budget
    slot = MoneySlot(run=run.id, prompt=run.prompt_index, amount=allowed.amount, cap=cap)
    holder = transition.held.get(slot)
    if holder is not None and (holder.left or 0) < allowed.amount:
        amount, at_best = holder.left or Micros(0), holder.at_best or Micros(0)
        allowed = Allowance(amount=amount, limit=Limit.MONTH, at_best=at_best)
    if is_enough(allowed.amount, price):
        transition.reserve_money(replace(slot, amount=allowed.amount))
    return allowed


def _stop_for_money(transition: Transition, task: Task, limit: Limit) -> None:
    epic = transition.epic
    if epic.status is not EpicStatus.ACTIVE:
        return
    budget = {
        Limit.TASK: epic.settings_for(task).task_budget,
        Limit.EPIC: epic_budget(epic),
        Limit.MONTH: epic.settings.month_budget,
    }[limit]
    pause(
        transition,
        Pause(kind=PauseKind.BUDGET, task=task.number, limit=limit.value, budget=budget),
    )


def settle(transition: Transition) -> None:
    """Count what prompts that have ended cost; their other money is free again."""
    for task in transition.epic.tasks:
        settled(transition, task)
    _warn(transition)


def settled(transition: Transition, task: Task) -> Task:
    """Count what the task's ended prompts cost, and return the task."""
    for run in task.runs:
        if run.bill.reserved and run.status.is_final:
            task = _settle(transition, task, run)
    return task


def _settle(transition: Transition, task: Task, run: AgentRun) -> Task:
    cost = cost_of(run, transition.terms)
    bill = replace(
        run.bill,
        reserved=Micros(0),
        spent=Micros(run.bill.spent + cost),
        reported=run.bill.told is not None,
    )
    return transition.update(task.with_run(replace(run, bill=bill)))


def _warn(transition: Transition) -> None:
    """Say once that most of the epic's budget is spent."""
    epic = transition.epic
    total, budget = spent(epic), epic_budget(epic)
    if epic.money.warned or not total or total * 100 < budget * WARN_PERCENT:
        return
    transition.update_epic(money=replace(epic.money, warned=True))
    notice = Notice(kind=NoticeKind.BUDGET_WARNING, amounts=(total, budget))
    transition.log(notice)
    if epic.status is EpicStatus.ACTIVE:
        message = Message(kind=MessageKind.BUDGET_WARNING, to=epic.started_by, notice=notice)
        transition.comment(message, f"budget:{budget}")
