"""Progress comments of one, five and fifty tasks, with tasks in every state among them."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice

from bot.core.model.agent_run import AgentRun
from bot.core.model.epic import Epic
from bot.core.model.fixes import FixKind
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.model.money import DOLLAR, Bill, Micros
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.options import TaskOptions
from bot.core.model.reasons import Failure, FailureKind, Wait, WaitKind
from bot.core.model.settings import EpicSettings
from bot.core.model.task import Task
from bot.rendering.epic_view import epic_view
from bot.rendering.mermaid import picture
from bot.rendering.progress_comment import progress_comment
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, at, epic
from tests.rendering.log import Line

_LOG = (
    Notice(kind=NoticeKind.AGENT_ENDED, quote="FINISHED"),
    Notice(kind=NoticeKind.PULL_REQUEST_WATCHED, pull_request=13),
    Notice(kind=NoticeKind.AGENT_SENT_BACK, fix=FixKind.CHECKS),
)
_TITLES = (
    "Move prices into a table of their own",
    "Serve `/price` as JSON",
    "Show totals in both currencies, also on the receipt that is sent by mail",
    "Describe currencies in the manual",
    "Convert what old orders have stored",
)


def comment(facts: Epic) -> str:
    """Return the epic's progress comment, with a little log."""
    log = [Line(at=at(9 + minute), task=2, notice=notice) for minute, notice in enumerate(_LOG)]
    return progress_comment(epic_view(facts, at(20), log))


def priced(task: Task, cents: int) -> Task:
    """Return the task, whose agent has cost so much."""
    run = task.run or AgentRun(
        id=MERGED.runs[0].id, task_number=task.number, attempt=1, branch="b", start_ref="main"
    )
    bill = Bill(spent=Micros(cents * DOLLAR // 100), month="2026-11")
    return task.with_run(replace(run, bill=bill))


def _in_every_state() -> tuple[Task, ...]:
    """Return a task in each state, and two that wait: for a person, and for other epics' agents."""
    assert OPEN.run is not None
    agent = replace(OPEN.run, status=AgentStatus.RUNNING)
    at_work = replace(OPEN, status=TaskStatus.PROCESSING, wait=Wait(kind=WaitKind.AGENT))
    waiting = Wait(kind=WaitKind.REQUIRED_REVIEW, people=("grace",))
    no_slot = Wait(kind=WaitKind.AGENT_SLOT, count=3, issues=(12,))
    left_out = Failure(kind=FailureKind.DEPENDENCY, tasks=(6,))
    return (
        priced(MERGED, 120),
        replace(at_work.with_run(agent), pull_request_number=None, pull_request=None),
        priced(OPEN, 80),
        replace(OPEN, wait=waiting, needs_person=True),
        replace(OPEN, status=TaskStatus.MERGING, wait=Wait(kind=WaitKind.MERGE)),
        priced(FAILED, 310),
        replace(LATER, status=TaskStatus.SKIPPED, failure=left_out, ended_at=at(16)),
        replace(LATER, status=TaskStatus.CANCELLED, ended_at=at(16)),
        replace(LATER, wait=no_slot),
        LATER,
    )


def _numbered(tasks: list[Task]) -> tuple[Task, ...]:
    return tuple(
        replace(task, number=number, position=number, title=_TITLES[number % len(_TITLES)])
        for number, task in enumerate(tasks, 1)
    )


def _waiting(*tasks: Task) -> tuple[Task, ...]:
    """Have each task from the third on wait for the one or the two before it."""
    return tuple(
        replace(
            task,
            options=TaskOptions(after=(task.number - 2, task.number - 1)[: task.number % 2 + 1]),
        )
        if task.number > 2
        else task
        for task in tasks
    )


def many_tasks() -> Iterator[tuple[str, str]]:
    """Yield the comments by their pictures' names."""
    states = _in_every_state()
    settings = EpicSettings(max_parallel=3, epic_budget=Micros(40 * DOLLAR))
    yield "progress-of-1", comment(epic(replace(OPEN, number=1)))
    five = _numbered([states[0], states[2], states[1], states[8], states[9]])
    in_order = epic(*_waiting(*five), settings=settings)
    yield "progress-of-5", comment(in_order)
    yield "picture-order", picture(epic_view(in_order, at(20)))
    fifty = _numbered(list(islice(cycle(states), 50)))
    yield "progress-of-50", comment(epic(*fifty, settings=settings))
    half = _numbered([states[0], states[0], states[6], states[7], states[5]])
    ended = {"status": EpicStatus.PARTIAL_COMPLETED, "ended_at": at(18), "settings": settings}
    yield "progress-of-5-ended", comment(epic(*half, **ended))
    yield "picture-times", picture(epic_view(epic(*half, **ended), at(20)))
