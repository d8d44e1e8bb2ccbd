"""A plan's tasks as lines of a checklist."""

from collections.abc import Sequence

from bot.core.model.plan import PlannedTask
from bot.core.text.checklist import parse_checklist
from bot.core.text.issue_body import NewItem, add_items
from bot.core.text.plan_answer import is_new


def new_item(task: PlannedTask) -> NewItem:
    """Return the item by which the task is written."""
    return NewItem(title=task.title, description=task.description, options=task.options)


def missing_from(body: str, tasks: Sequence[PlannedTask]) -> tuple[PlannedTask, ...]:
    """Return the tasks that no item of the body means already."""
    titles = [item.title for item in parse_checklist(body).items]
    return tuple(task for task in tasks if is_new(task, titles))


def with_tasks(body: str, tasks: Sequence[PlannedTask]) -> str | None:
    """Return the body with those tasks at the end of its checklist that it does not have.

    None where they would not be read as written there, or would be too many.
    """
    missing = missing_from(body, tasks)
    return add_items(body, [new_item(task) for task in missing]) if missing else body
