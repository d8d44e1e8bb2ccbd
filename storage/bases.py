"""The branch that a task's pull request goes into, as SQL: `Epic.base_of` over many rows."""

from sqlalchemy import ColumnElement, case, func

from bot.core.model.task import FINAL_PULL_REQUEST
from storage.tables import epics, repositories, tasks

BASE_OF_TASK: ColumnElement[str] = case(
    (tasks.c.number == FINAL_PULL_REQUEST, repositories.c.default_branch),
    else_=func.coalesce(epics.c.base_branch, repositories.c.default_branch),
)
