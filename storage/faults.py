"""Rows that we failed on through a fault of our own: put off, or parked for good."""

import traceback
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, func, select, union_all, update

from storage.tables import deliveries, effects, epics, inbox, metadata

_ROOT = Path(__file__).parent.parent
_MAX_ERROR = 200


class Kept(StrEnum):
    """The tables whose rows are worked off one by one."""

    DELIVERY = "deliveries"
    EFFECT = "effects"
    EPIC = "epics"
    INBOX_ROW = "inbox"


class Unreadable(Exception):  # noqa: N818 # named as what it says
    """What is stored does not fit what the code expects; the cause says where."""


def describe(error: BaseException) -> str:
    """The exception's type, and the line of ours that raised it.

    Its message is left out: it may hold a secret, or a stranger's words.
    """
    cause = error.__cause__ if isinstance(error, Unreadable) and error.__cause__ else error
    frames = traceback.extract_tb(cause.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_ROOT)]
    where = f" at {Path(ours[-1].filename).relative_to(_ROOT)}:{ours[-1].lineno}" if ours else ""
    return f"{type(cause).__name__}{where}"[:_MAX_ERROR]


def count(connection: Connection, where: Kept, row_id: int) -> int:
    """How often we have failed on the row."""
    rows = metadata.tables[where].c
    found = connection.execute(select(rows.faults).where(rows.id == row_id)).scalar_one_or_none()
    return found or 0


def note(
    connection: Connection,
    where: Kept,
    row_id: int,
    error: BaseException,
    parked_at: datetime | None = None,
) -> None:
    """Count one more failure; with `parked_at` the row is not touched again."""
    table = metadata.tables[where]
    values = {"faults": table.c.faults + 1, "error": describe(error), "parked_at": parked_at}
    connection.execute(update(table).where(table.c.id == row_id).values(values))


def forget(connection: Connection, epic_id: int) -> None:
    """Time passes for the epic again."""
    connection.execute(
        update(epics)
        .where(epics.c.id == epic_id, epics.c.faults > 0)
        .values(faults=0, error=None, parked_at=None)
    )


def count_parked(connection: Connection) -> int:
    """How many rows the operator should look at."""
    parked = [
        select(func.count().label("rows")).where(table.c.parked_at.is_not(None))
        for table in (deliveries, effects, epics, inbox)
    ]
    found = union_all(*parked).subquery()
    return int(connection.execute(select(func.sum(found.c.rows))).scalar_one())
