"""Rows that we failed on through a fault of our own: put off, or parked for good."""

import traceback
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, and_, bindparam, func, select, union_all, update

from bot.core.model.identifiers import EpicStatus
from storage.tables import deliveries, effects, epics, inbox, metadata

_ROOT = Path(__file__).parent.parent
_MAX_ERROR = 200
_UNFINISHED = ("pending", "claimed", "sent")
_ENDED = [status for status in EpicStatus if status.is_final]
_ENDED_EPICS = select(epics.c.id).where(epics.c.status.in_(_ENDED))
# Held: it could not be carried on. Faults without that are those of its timer.
_THIS = epics.c.id == bindparam("epic")
_RELEASE = (
    update(epics)
    .where(_THIS, epics.c.held_until.is_not(None))
    .values(held_until=None, faults=0, error=None, parked_at=None)
)
_PUT_OFF = select(epics.c.id).where(_THIS, epics.c.held_until.is_(None), epics.c.faults > 0)


class Kept(StrEnum):
    """The tables whose rows are worked off one by one."""

    DELIVERY = "deliveries"
    EFFECT = "effects"
    EPIC = "epics"
    INBOX_ROW = "inbox"


class Unreadable(Exception):  # noqa: N818 # named as what it says
    """What is stored does not fit what the code expects; the cause says where."""


def describe(error: BaseException) -> str:
    """Return the exception's type, and the line of ours that raised it.

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


def release(connection: Connection, epic_id: int) -> None:
    """Forget why the epic was held: it is carried on again."""
    connection.execute(_RELEASE, {"epic": epic_id})


def is_timer_put_off(connection: Connection, epic_id: int) -> bool:
    """Tell whether time could not pass for the epic when it was last tried."""
    return connection.execute(_PUT_OFF, {"epic": epic_id}).first() is not None


def count_parked(connection: Connection) -> int:
    """How many rows the operator should look at: those that something still waits for."""
    waiting = {
        deliveries: deliveries.c.ingested_at.is_(None),
        effects: effects.c.state.in_(_UNFINISHED),
        epics: epics.c.status.not_in(_ENDED),
        inbox: and_(inbox.c.handled_at.is_(None), inbox.c.epic_id.not_in(_ENDED_EPICS)),
    }
    parked = [
        select(func.count().label("rows")).where(table.c.parked_at.is_not(None), still)
        for table, still in waiting.items()
    ]
    found = union_all(*parked).subquery()
    return int(connection.execute(select(func.sum(found.c.rows))).scalar_one())
