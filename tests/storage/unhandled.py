"""Inbox rows as tests look at them, whether they may be touched or not."""

from sqlalchemy import Connection, select

from storage.inbox import BrokenRow, InboxRow, _readable
from storage.tables import inbox


def unhandled(connection: Connection, epic_id: int) -> list[InboxRow | BrokenRow]:
    """The epic's unhandled rows, in their order, without those that were parked."""
    query = select(inbox).where(
        inbox.c.epic_id == epic_id, inbox.c.handled_at.is_(None), inbox.c.parked_at.is_(None)
    )
    return [_readable(row) for row in connection.execute(query.order_by(inbox.c.id)).mappings()]
