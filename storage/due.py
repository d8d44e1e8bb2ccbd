"""What waits to be worked on: the healer's one question."""

from datetime import datetime

from sqlalchemy import Connection, and_, or_, select, union

from storage.tables import deliveries, effects, epics, inbox


def due_epics(connection: Connection, now: datetime) -> list[int]:
    """Epics with unhandled rows, effects to be performed or claims run out, or a look due."""
    waiting = select(inbox.c.epic_id).where(inbox.c.handled_at.is_(None), inbox.c.not_before <= now)
    ready = select(effects.c.epic_id).where(
        or_(
            and_(effects.c.state == "pending", effects.c.not_before <= now),
            and_(effects.c.state.in_(("claimed", "sent")), effects.c.claim_until <= now),
        )
    )
    looks = select(epics.c.id).where(epics.c.look_at <= now)
    return list(connection.execute(union(waiting, ready, looks)).scalars())


def has_unrouted(connection: Connection, now: datetime) -> bool:
    """Whether a delivery waits to be routed."""
    query = select(deliveries.c.id).where(
        deliveries.c.routed_at.is_(None),
        or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= now),
    )
    return connection.execute(query.limit(1)).first() is not None
