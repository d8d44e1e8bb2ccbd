"""Money: set aside before an agent is launched, settled when it has ended, shown to people."""

import pytest

from bot.core.budget import epic_budget, spent
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.money import DOLLAR, Micros
from sandbox.cursor import AgentScript
from storage.tables import budgets, ledger
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import merge_by_hand, repository
from tests.stories.steps import (
    COMPLETED,
    ONE,
    answers,
    configure,
    give,
    obeyed,
    refused,
    script_check,
    told,
)

PAUSED = EpicStatus.PAUSED
TWO = "- [ ] First thing\n- [ ] Second thing\n"


def takes(minutes: float, cost_cents: float | None = None) -> AgentScript:
    return AgentScript(seconds_to_end=minutes * 60, cost_cents=cost_cents)


def budget_rows(story: Story) -> set[tuple[int, int]]:
    """What is set aside, and what is spent, in each budget."""
    with story.services.database.read() as connection:
        return {(row.reserved, row.spent) for row in connection.execute(budgets.select())}


def test_what_a_task_cost_is_counted_by_the_minute_and_shown(story: Story) -> None:
    story.cursor.plan(takes(10))
    story.start(ONE)
    ((reserved, spent_before),) = budget_rows(story)
    assert (reserved, spent_before) == (5 * DOLLAR, 0)
    story.wait_for(story.has(COMPLETED), most=1200)
    cost = spent(story.epic())
    assert 2 * DOLLAR <= cost < 2.2 * DOLLAR
    assert budget_rows(story) == {(0, cost)}
    with story.services.database.read() as connection:
        (row,) = connection.execute(ledger.select()).all()
    assert (row.task_number, row.spent, row.reported) == (1, cost, False)
    assert "$2.0" in story.progress()
    assert "$2.0" in story.said()[-1]


def test_what_cursor_reports_is_taken_instead(story_v1: Story) -> None:
    story_v1.cursor.plan(takes(10, cost_cents=37.5))
    story_v1.start(ONE)
    story_v1.wait_for(story_v1.has(COMPLETED), most=1200)
    assert spent(story_v1.epic()) == 375_000
    with story_v1.services.database.read() as connection:
        (row,) = connection.execute(ledger.select()).all()
    assert (row.spent, row.reported) == (375_000, True)


def test_an_agent_may_work_as_long_as_its_money_lasts(story: Story) -> None:
    configure(story, "budget: {task: 2}\nagents: {retries: 0}\n")
    story.cursor.plan(takes(60))
    story.start(ONE)
    story.wait_for(story.has(PAUSED), most=1300)
    assert 2 * DOLLAR <= spent(story.epic()) < 2.2 * DOLLAR
    assert story.task_is(1, TaskStatus.FAILED)()


def test_nothing_is_launched_for_less_than_five_minutes_worth(story: Story) -> None:
    configure(story, "budget: {epic: 2.5}\n")
    story.cursor.plan(takes(9))
    story.start(TWO)
    story.wait_for(story.has(PAUSED), most=1200)
    assert len(story.cursor.agents) == 1
    (said,) = [text for text in story.said() if "paused" in text]
    assert "`/orchestra budget +" in said

    obeyed(story, "budget +10")
    story.wait_for(story.has(COMPLETED), most=1200)
    assert len(story.cursor.agents) == 2


def test_most_of_the_budget_is_told_of_once(story: Story) -> None:
    configure(story, "budget: {epic: 4}\n")
    story.cursor.plan(takes(17))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=1600)
    warned = [text for text in story.said() if "of its $4" in text]
    assert len(warned) == 1


def test_the_month_is_the_repositorys(story: Story) -> None:
    configure(story, "budget: {month: 3}\n")
    story.cursor.plan(takes(12))
    story.start(TWO)
    story.wait_for(story.has(PAUSED), most=1200)
    told(story, "this month")
    assert len(story.cursor.agents) == 1
    assert all(reserved + used <= 3 * DOLLAR for reserved, used in budget_rows(story))


def test_a_cancelled_launch_frees_its_money(story: Story) -> None:
    story.cursor.plan(AgentScript(outcome="never"))
    story.start(ONE)
    give(story, "cancel")
    story.wait(120)
    ((reserved, _),) = budget_rows(story)
    assert reserved == 0


@pytest.mark.parametrize(
    ("command", "words"),
    [("budget", "How much may this epic cost?"), ("budget lots", "I can't read “lots”")],
)
def test_a_wrong_budget_says_how(story: Story, command: str, words: str) -> None:
    story.open_epic(ONE)
    story.settle()
    refused(story, command)
    assert words in answers(story)[-1]


def test_a_budget_may_come_with_the_start(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    obeyed(story, "start budget=1.5")
    ((reserved, _),) = budget_rows(story)
    assert reserved == Micros(1_500_000)
    story.wait_for(story.has(COMPLETED), most=1200)


def test_what_is_only_set_aside_is_waited_for(story: Story) -> None:
    configure(story, "agents: {max_parallel: 6}\n")
    script_check(story, after=10)
    for _ in range(6):
        story.cursor.plan(takes(5))
    story.start("".join(f"- [ ] Thing {number}\n" for number in range(1, 7)))
    assert len(story.cursor.agents) == 5
    story.rest()
    assert "what is left of the budget is set aside for agents that have yet to end" in (
        story.progress()
    )
    story.wait_for(story.has(COMPLETED), most=2400)
    assert len(story.cursor.agents) == 6


@pytest.mark.parametrize("limits", ["{month: 5}", "{epic: 5}", "{task: 5}"])
def test_a_stopped_agent_s_money_is_there_for_the_next(story: Story, limits: str) -> None:
    configure(story, f"budget: {limits}\n")
    story.cursor.plan(AgentScript(outcome="never"))
    story.start(TWO)
    story.wait(60)
    obeyed(story, "restart 1" if "task" in limits else "skip 1")
    story.wait_for(lambda: len(story.cursor.agents) == 2, most=120)
    story.wait_for(lambda: story.epic().status.is_final, most=1200)
    assert story.epic().status in (COMPLETED, EpicStatus.PARTIAL_COMPLETED)


def test_other_epics_money_is_waited_for_too(story: Story) -> None:
    configure(story, "budget: {month: 7}\n")
    story.cursor.plan(takes(8))
    story.start("- [ ] First thing `budget: 6.5`\n")
    first = story.issue
    story.start("- [ ] Another thing\n")
    story.wait(30)
    assert len(story.cursor.agents) == 1
    assert story.has(EpicStatus.ACTIVE)()
    story.wait_for(story.has(COMPLETED), most=1200)
    assert story.epic(first).status is COMPLETED


def out_of_money(story: Story) -> None:
    """Come to a pause over the task's budget: its check failed, and its agent cost too much."""
    configure(story, "budget: {task: 2}\n")
    script_check(story, after=10, conclusion="failure")
    story.cursor.plan(takes(8))
    story.start(TWO)
    story.wait_for(story.has(PAUSED), most=2400)
    assert story.epic().tasks[0].status is TaskStatus.PENDING
    told(story, "has no money left for an agent")


def test_a_pull_request_whose_agent_has_no_money_may_be_merged_by_a_person(story: Story) -> None:
    out_of_money(story)
    merge_by_hand(story, story.pull().number)
    story.settle()
    assert story.task_is(1, TaskStatus.COMPLETED)()
    obeyed(story, "resume")
    story.wait_for(lambda: len(story.cursor.agents) == 2, most=120)
    obeyed(story, "cancel")


def test_a_task_without_money_may_be_left_out_or_merged(story: Story) -> None:
    out_of_money(story)
    assert "`/orchestra skip 1`" in story.said()[-1]
    runs = repository(story).check_runs.values()
    shown = [run.summary or "" for run in runs if run.name == "Orchestra"]
    assert "Its agents have cost $1." in shown[-1]
    obeyed(story, "skip 1")
    told(story, "no longer manages this pull request", story.pull().number)
    assert len(story.cursor.agents) == 2
    obeyed(story, "cancel")


def test_more_money_settles_no_failure(story: Story) -> None:
    configure(story, "budget: {epic: 2}\nagents: {max_parallel: 2, retries: 0}\n")
    script_check(story, never_ends=True)
    story.cursor.plan(takes(8))
    story.start("- [ ] First thing\n- [ ] Second thing `after: 1`\n- [ ] Third thing\n")
    story.wait_for(story.has(PAUSED), most=2400)
    story.github.close(REPOSITORY, story.pull().number, by="ada")
    story.settle()
    assert story.task_is(1, TaskStatus.FAILED)()
    obeyed(story, "budget +20")
    assert story.has(PAUSED)()
    told(story, "`/orchestra retry 1`")


def test_the_prompt_says_how_long_the_money_lasts(story: Story) -> None:
    configure(story, "budget: {task: 2}\n")
    story.start(ONE)
    (agent,) = story.cursor.agents.values()
    assert "You have 10 minutes." in agent.prompts[0]


def test_a_budget_that_comes_with_the_start_is_the_whole_budget(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    obeyed(story, "budget +50")
    obeyed(story, "start budget=1.5")
    assert epic_budget(story.epic()) == Micros(1_500_000)


def test_a_start_with_a_budget_is_judged_as_both(story: Story) -> None:
    configure(story, "permissions: {budget: admin}\n")
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.open_epic(ONE)
    story.settle()
    give(story, "start budget=9000", by="grace")
    assert story.epic().status is EpicStatus.PENDING
    assert "can use `budget`" in answers(story)[-1]
    obeyed(story, "start", by="grace")


def test_a_team_that_may_change_budgets_is_asked_for(story: Story) -> None:
    configure(story, 'permissions: {command: write, budget: ["acme/money"]}\n')
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.github.team("acme", "money", ["grace"])
    story.open_epic(ONE)
    story.settle()
    obeyed(story, "start budget=1.5", by="grace")
    assert epic_budget(story.epic()) == Micros(1_500_000)
