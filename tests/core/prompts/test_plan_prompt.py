"""What a language model that writes checklists is told."""

from bot.core.budget import seconds_for_task
from bot.core.model.money import DOLLAR, Micros
from bot.core.model.settings import EpicSettings
from bot.core.model.terms import Terms
from bot.core.prompts.plan_prompt import PlanContext, plan_messages
from tests.core.transitions.scenes import epic

TERMS = Terms(prices={"o3": Micros(DOLLAR // 10)})


def test_tasks_are_as_large_as_their_money_lasts() -> None:
    seconds = seconds_for_task(EpicSettings(task_budget=Micros(2 * DOLLAR)), TERMS)
    rules, _ = plan_messages(epic(), PlanContext(seconds=seconds))
    assert "made by one agent within 20 minutes" in rules["content"]


def test_without_prices_it_is_as_long_as_an_agent_may_work() -> None:
    assert seconds_for_task(EpicSettings(agent_timeout=600), Terms()) == 600
