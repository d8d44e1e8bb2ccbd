"""The epic's checklist, and what doing it may cost."""

from collections.abc import Iterator
from dataclasses import replace

from bot.clients.errors import ClientError
from bot.core.budget import TYPICAL_MINUTES, epic_budget, estimate, is_enough, spent, usual_price
from bot.core.model.findings import Finding, Topic
from bot.core.model.findings import FindingKind as Kind
from bot.core.model.money import Micros
from bot.core.model.settings import TaskSource
from jobs.enrich.doctor.subject import Subject
from storage import money


def examine_checklist(subject: Subject) -> Iterator[Finding]:
    """Read the issue as it is now. One request, where there is an epic."""
    topic, found = Topic.CHECKLIST, subject.checklist
    if found is None:
        return
    if isinstance(found, ClientError):
        raise found
    for mistake in found.mistakes:
        yield Finding(kind=Kind.CHECKLIST_MISTAKE, topic=topic, checklist_mistake=mistake)
    if not found.items:
        yield Finding(kind=_without_tasks(subject), topic=topic)
    elif not found.mistakes:
        open_items = sum(not item.done for item in found.items)
        yield Finding(kind=Kind.TASKS, topic=topic, count=open_items, total=len(found.items))


def _without_tasks(subject: Subject) -> Kind:
    if subject.settings.task_source is TaskSource.SUB_ISSUES:
        return Kind.NO_SUB_ISSUES
    return Kind.TASKS_TO_PLAN if subject.services.terms.can_plan else Kind.NO_TASKS


def examine_cost(subject: Subject) -> Iterator[Finding]:
    """Set what the tasks may cost against the budgets of task, epic and month. No request."""
    topic, settings = Topic.COST, subject.settings
    price = usual_price(settings, subject.services.terms)
    if not price:
        yield Finding(kind=Kind.COST_NOT_COUNTED, topic=topic)
        return
    for budget in (settings.task_budget, settings.epic_budget):
        if not is_enough(budget, price):
            yield Finding(kind=Kind.BUDGET_TOO_SMALL, topic=topic, amounts=(budget, price))
            return
    yield from _of_epic(subject)


def _of_epic(subject: Subject) -> Iterator[Finding]:
    epic, tasks = subject.epic, subject.open_tasks()
    cost = estimate(epic, tasks, subject.services.terms) if epic else None
    if epic is None or cost is None:
        return
    left = Micros(epic_budget(epic) - spent(epic))
    kind = Kind.COST_ABOVE_BUDGET if cost > left else Kind.COST
    finding = Finding(
        kind=kind,
        topic=Topic.COST,
        count=len(tasks),
        total=TYPICAL_MINUTES,
        amounts=(cost, left),
    )
    yield finding
    month = _left_of_month(subject)
    if month is not None and min(cost, left) > month:
        yield replace(finding, kind=Kind.COST_ABOVE_MONTH, amounts=(cost, month))


def _left_of_month(subject: Subject) -> Micros | None:
    if subject.repository_id is None:
        return None
    database, terms = subject.services.database, subject.services.terms
    cap = subject.settings.month_budget
    with database.read() as connection:
        now = database.now(connection)
        return money.left_of_month(connection, subject.repository_id, cap, terms, now)
