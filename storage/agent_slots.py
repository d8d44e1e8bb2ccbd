"""How many agents of one credential are at work, and which epic has the next free place."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, Text, select, text, type_coerce

from bot.core.model.identifiers import AgentStatus, EpicStatus
from bot.core.model.settings import Priority
from bot.core.reservations import AgentSlot, Holder, Slot
from storage.priorities import priority_of
from storage.tables import agent_runs, epics

_AT_WORK = (AgentStatus.CREATING, AgentStatus.RUNNING)
# An epic that waits asks again every 15 s; one that has not for so long is not waiting any more.
_ASKS_WITHIN = timedelta(seconds=60)
_MAX_NAMED = 5
# In PostgreSQL epics that ask at once ask one after another; SQLite has one writer anyway.
_LOCK = select(text("pg_advisory_xact_lock(684661)"))


def agents_held(
    connection: Connection, epic_id: int, slots: Sequence[AgentSlot], limit: int, now: datetime
) -> dict[Slot, Holder]:
    """Return those of the slots for which the agents of other epics leave no room, with them.

    An epic that has waited longer, or goes first by its priority, has the next free place. Until
    the transaction ends no other epic is given one.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)
    tasks = {slot.task for slot in slots}
    at_work = _at_work(connection)
    others = [row for row in at_work if row.epic_id != epic_id]
    mine = [row for row in at_work if row.epic_id == epic_id and row.task_number not in tasks]
    free = limit - len(mine) - len(others) - _count_ahead(connection, epic_id, now)
    holder = Holder(count=len(others) or None, issues=_issues_beside(connection, epic_id, others))
    return {slot: holder for number, slot in enumerate(slots, 1) if number > free}


def _at_work(connection: Connection) -> Sequence[Row[tuple[int, int, int]]]:
    return connection.execute(
        select(agent_runs.c.epic_id, epics.c.repository_id, epics.c.issue_number)
        .add_columns(agent_runs.c.task_number)
        .join(epics, epics.c.id == agent_runs.c.epic_id)
        .where(agent_runs.c.status.in_(_AT_WORK), ~agent_runs.c.lost)
    ).all()


def _issues_beside(
    connection: Connection, epic_id: int, others: Sequence[Row[tuple[int, int, int]]]
) -> tuple[int, ...]:
    """Return the issues of the same repository; others may not be known to those who read this."""
    repository = connection.execute(
        select(epics.c.repository_id).where(epics.c.id == epic_id)
    ).scalar_one()
    issues = {row.issue_number for row in others if row.repository_id == repository}
    return tuple(sorted(issues)[:_MAX_NAMED])


def _count_ahead(connection: Connection, epic_id: int, now: datetime) -> int:
    """Count the epics that wait for a place and come before this one."""
    rows = connection.execute(
        select(
            epics.c.id,
            # As text: another epic's row that no longer validates is not this one's trouble.
            type_coerce(epics.c.settings, Text).label("settings"),
            epics.c.slot_wanted_since,
            epics.c.due_at,
        ).where(
            (epics.c.id == epic_id)
            | (epics.c.slot_wanted_since.is_not(None) & (epics.c.status == EpicStatus.ACTIVE))
        )
    ).all()
    ranks = {
        row.id: (priority_of(row.settings) is not Priority.SPEED, row.slot_wanted_since or now)
        for row in rows
    }
    asking = [row.id for row in rows if row.due_at and row.due_at > now - _ASKS_WITHIN]
    return sum(one != epic_id and ranks[one] < ranks[epic_id] for one in asking)
