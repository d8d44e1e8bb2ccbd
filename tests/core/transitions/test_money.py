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
