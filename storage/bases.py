"""The branch that a task's pull request goes into: `Epic.base_of`, as a condition in SQL."""

from sqlalchemy import ColumnElement, case, func

from bot.core.model.task import FINAL_PULL_REQUEST
from storage.tables import epics, repositories, tasks


def goes_into(branch: str) -> ColumnElement[bool]:
    """Return the condition on a task, joined with its epic and repository."""
    base = case(
        (tasks.c.number == FINAL_PULL_REQUEST, repositories.c.default_branch),
        else_=func.coalesce(epics.c.base_branch, repositories.c.default_branch),
    )
    return base == branch
