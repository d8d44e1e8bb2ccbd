"""What an agent is counted as having cost."""

from dataclasses import replace

from bot.core import events
from bot.core.budget import spent
from bot.core.model.identifiers import AgentStatus, TaskStatus
from bot.core.model.money import DOLLAR, Bill, Micros
from bot.core.model.terms import Terms
from tests.core.transitions.scenes import NOW, RUN, after, epic, later, task

PRICE = Micros(DOLLAR // 10)
TERMS = Terms(prices={"default": PRICE})


def test_a_prompt_without_a_report_is_counted_by_the_minute() -> None:
    # The provider has told of the first prompt; the second is stopped before it tells again.
    told = Bill(spent=Micros(DOLLAR), told=Micros(DOLLAR), reported=True, month="2026-11")
    run = replace(RUN, status=AgentStatus.FINISHED, prompted_at=NOW, ended_at=NOW, bill=told)
    feedback = task(TaskStatus.PENDING, feedback="Paint it.", runs=(run,))
    sent = after(epic(feedback), events.TimePassed(), terms=TERMS).epic
    assert sent.tasks[0].runs[0].bill.told is None
    taken = events.FollowUpTaken(run=RUN.id, prompt_ref="p2")
    stopped = after(sent, taken, terms=TERMS).epic
    ended = replace(
        stopped.tasks[0].runs[0],
        status=AgentStatus.STOPPED,
        ended_at=later(1800),
    )
    known = stopped.with_task(stopped.tasks[0].with_run(ended))
    assert spent(after(known, events.TimePassed(), terms=TERMS).epic) == 4 * DOLLAR


CREATING = replace(RUN, agent_id=None, model="cheap", status=AgentStatus.CREATING, ended_at=None)
OTHER = events.AgentLaunched(run=RUN.id, agent_id="bc-1", model="dear", other_model=True)
TWO_PRICES = Terms(prices={"cheap": Micros(1), "dear": Micros(DOLLAR // 5)})


def test_a_dearer_model_than_was_wanted_has_money_of_its_own() -> None:
    run = replace(CREATING, bill=Bill(reserved=Micros(120)))
    known = epic(task(TaskStatus.PROCESSING, runs=(run,)))
    (got,) = after(known, OTHER, terms=TWO_PRICES).epic.tasks[0].runs
    assert got.bill.reserved == 5 * DOLLAR
    assert got.deadline == later(25 * 60)


def test_a_dearer_model_without_more_money_keeps_what_there_is() -> None:
    bill = Bill(spent=Micros(4_600_000), reserved=Micros(300_000))
    run = replace(CREATING, bill=bill)
    known = epic(task(TaskStatus.PROCESSING, runs=(run,)))
    (got,) = after(known, OTHER, terms=TWO_PRICES).epic.tasks[0].runs
    assert got.bill == bill
    assert got.deadline == later(90)
