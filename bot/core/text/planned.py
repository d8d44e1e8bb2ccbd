"""A plan's tasks as lines of a checklist."""

from collections.abc import Sequence

from bot.core.model.plan import PlannedTask
from bot.core.text.issue_body import NewItem, add_items
from bot.core.text.plan_answer import is_new


def new_item(task: PlannedTask) -> NewItem:
    """Return the item by which the task is written; what it is done after are numbers by then."""
    return NewItem(title=task.title, description=task.description, options=task.options)


def missing_from(titles: Sequence[str], tasks: Sequence[PlannedTask]) -> tuple[PlannedTask, ...]:
    """Return the tasks that are not listed, and that none of the titles means already."""
    return tuple(task for task in tasks if not task.is_listed and is_new(task, titles))


def with_tasks(body: str, tasks: Sequence[PlannedTask]) -> str | None:
    """Return the body with those tasks at the end of its checklist.

    None where they would not be read as written there, or would be too many.
    """
    return add_items(body, [new_item(task) for task in tasks]) if tasks else body
