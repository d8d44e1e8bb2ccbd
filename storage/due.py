"""What waits to be worked on: the healer's one question."""

from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select, union, union_all

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


def is_due(connection: Connection, epic_id: int, now: datetime) -> bool:
    """Whether there is something to decide on for the epic; cheaper than loading it."""
    row = select(inbox.c.id).where(
        inbox.c.epic_id == epic_id, inbox.c.handled_at.is_(None), inbox.c.not_before <= now
    )
    look = select(epics.c.id).where(epics.c.id == epic_id, epics.c.look_at <= now)
    return connection.execute(row.union(look).limit(1)).first() is not None


def next_due(connection: Connection) -> datetime | None:
    """When the next put-off row, effect, claim or look falls due."""
    times = (
        select(inbox.c.not_before.label("at")).where(inbox.c.handled_at.is_(None)),
        select(effects.c.not_before).where(effects.c.state == "pending"),
        select(effects.c.claim_until).where(effects.c.state.in_(("claimed", "sent"))),
        select(epics.c.look_at).where(epics.c.look_at.is_not(None)),
    )
    every = union_all(*times).subquery()
    at: datetime | None = connection.execute(select(func.min(every.c.at))).scalar_one()
    return at


def has_unrouted(connection: Connection, now: datetime) -> bool:
    """Whether a delivery waits to be routed."""
    query = select(deliveries.c.id).where(
        deliveries.c.routed_at.is_(None),
        or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= now),
    )
    return connection.execute(query.limit(1)).first() is not None
