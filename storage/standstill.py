"""What stands between an epic and its next step, for an operator to read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.core.model.identifiers import RepositoryName
from storage.tables import deliveries, effects, epics, inbox, repositories, throttles

_UNFINISHED = ("pending", "claimed", "sent")


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """A row still to be worked off.

    `kind` is that of the event or the effect, `tries` how often the outside was asked. `error` is
    our own last fault on it; `parked_at` is set where nobody tries any more.
    """

    id: int
    kind: str
    task: int | None
    state: str
    since: datetime
    not_before: datetime
    tries: int
    faults: int
    error: str | None
    parked_at: datetime | None


def find_epic(connection: Connection, repository: RepositoryName, issue: int) -> int | None:
    """Return the id of the epic on that issue; case is ignored, as by GitHub."""
    return connection.execute(
        select(epics.c.id)
        .join(repositories, repositories.c.id == epics.c.repository_id)
        .where(
            func.lower(repositories.c.full_name) == str(repository).lower(),
            epics.c.issue_number == issue,
        )
    ).scalar_one_or_none()


def undecided(connection: Connection, epic_id: int) -> list[Unfinished]:
    """Return what came in for the epic and is not decided on yet, oldest first."""
    rows = connection.execute(
        select(inbox)
        .where(inbox.c.epic_id == epic_id, inbox.c.handled_at.is_(None))
        .order_by(inbox.c.id)
    )
    return [
        Unfinished(
            id=row.id,
            kind=row.kind,
            task=None,
            state="to be read for" if row.needs_enrichment and not row.enrichment else "ready",
            since=row.received_at,
            not_before=row.not_before,
            tries=row.tries,
            faults=row.faults,
            error=row.error,
            parked_at=row.parked_at,
        )
        for row in rows
    ]


def unperformed(connection: Connection, epic_id: int) -> list[Unfinished]:
    """Return what is to be done outside for the epic, oldest first."""
    rows = connection.execute(
        select(effects)
        .where(effects.c.epic_id == epic_id, effects.c.state.in_(_UNFINISHED))
        .order_by(effects.c.id)
    )
    return [
        Unfinished(
            id=row.id,
            kind=row.kind,
            task=row.task,
            state=row.state,
            since=row.created_at,
            not_before=row.not_before if row.state == "pending" else row.claim_until,
            tries=row.tries,
            faults=row.faults,
            error=row.error,
            parked_at=row.parked_at,
        )
        for row in rows
    ]


def limits(connection: Connection, now: datetime) -> list[tuple[str, datetime]]:
    """Return the services that are left alone, each with its end."""
    rows = connection.execute(select(throttles).where(throttles.c.until > now))
    return [(row.name, row.until) for row in rows]


def count_deliveries_waiting(connection: Connection) -> int:
    """Return how many webhooks no worker has looked at yet."""
    waiting = select(func.count()).where(
        deliveries.c.ingested_at.is_(None), deliveries.c.parked_at.is_(None)
    )
    return connection.execute(waiting).scalar_one()
