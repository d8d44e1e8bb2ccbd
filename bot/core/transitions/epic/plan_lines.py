"""A plan's tasks as lines of an epic's checklist, which name tasks by their numbers."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.model.epic import Epic
from bot.core.model.plan import PlannedTask
from bot.core.text.checklist import Item, parse_checklist
from bot.core.text.plan_answer import same_as
from bot.core.text.planned import missing_from, with_tasks
from bot.core.text.references import text_of
from bot.core.transitions.epic.checklist import numbers_by_line


def with_plan(epic: Epic, body: str, tasks: Sequence[PlannedTask]) -> str | None:
    """Return the body with those of a plan's tasks that it lacks; None where they don't fit."""
    return with_tasks(body, new_lines(epic, body, tasks))


def new_lines(epic: Epic, body: str, tasks: Sequence[PlannedTask]) -> tuple[PlannedTask, ...]:
    """Return those of a plan's tasks that the body lacks, as they are written at its end."""
    items = parse_checklist(body).items
    missing = missing_from(_titles(epic, items), tasks)
    # Lines count from 1, so that these are no other's.
    added = (
        Item(task.title, task.description, done=False, line=-place)
        for place, task in enumerate(missing)
    )
    after = waits(epic, (*items, *added), tasks)
    return tuple(
        replace(task, options=replace(task.options, after=after[task.title])) for task in missing
    )


def waits(
    epic: Epic, items: tuple[Item, ...], tasks: Sequence[PlannedTask]
) -> dict[str, tuple[int, ...]]:
    """Return after which numbers each of a plan's tasks is done where those are the items.

    What is listed already is named by its own number; for what stands there no more, nobody waits.
    """
    titles, numbers = _titles(epic, items), numbers_by_line(epic, items)
    places = [same_as(task, titles) for task in tasks]
    found = [None if place is None else numbers[items[place].line] for place in places]
    return {task.title: _named(found, task.options.after) for task in tasks}


def _named(numbers: Sequence[int | None], places: Sequence[int]) -> tuple[int, ...]:
    named = {numbers[place - 1] for place in places}
    return tuple(sorted(number for number in named if number is not None))


def _titles(epic: Epic, items: Sequence[Item]) -> list[str]:
    """Return what the items' tasks are called: of a reference, the issue's own title."""
    return [text_of(item, epic.referenced, epic.repository).title for item in items]
