"""Have an epic's oldest inbox row enriched with what its decision needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.core.events import Enrichment
from bot.core.model.epic import Epic
from jobs.engine import quarantine
from jobs.engine.advance import park
from jobs.engine.interfaces import Engine, RateLimit, Unanswered
from jobs.engine.unanswered import ask_again_or_give_up
from storage import epics, inbox, throttles
from storage.database import Connection, DatabaseAwayError
from storage.faults import Kept
from storage.inbox import BrokenRow, InboxRow

# Nobody else reads for a row during this time, unless its reader has died.
CLAIM = timedelta(seconds=60)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Enriched:
    """What was read for a row, or why that failed."""

    row: InboxRow
    result: Enrichment | RateLimit | Unanswered | Exception

    def record(self, connection: Connection, now: datetime) -> None:
        """Keep what was read, or try again later."""
        result = self.result
        if isinstance(result, Enrichment):
            inbox.store_enrichment(connection, self.row.id, result, now)
        elif isinstance(result, RateLimit):
            # Waiting is not failing: it uses up no try.
            until = throttles.throttle(connection, result.name, result.seconds, now)
            inbox.postpone(connection, self.row.id, until, count=False)
        elif isinstance(result, Unanswered):
            ask_again_or_give_up(connection, self.row, result, now)
        else:
            self._fault(connection, result, now)

    def but_for(self, error: Exception) -> "Enriched":
        """Return what is recorded where what was read cannot be."""
        return Enriched(self.row, error)

    def _fault(self, connection: Connection, error: Exception, now: datetime) -> None:
        """After the last try the row is decided on without, so that whoever waits is answered."""
        row = self.row
        if row.faults + 1 >= quarantine.MAX_FAULTS:
            without = Enrichment(failed=True)
            inbox.store_enrichment(connection, row.id, without, now)
            return
        until, _ = quarantine.note(connection, Kept.INBOX_ROW, row.id, error, now)
        inbox.postpone(connection, row.id, until, count=False)


def claim_next_row(
    engine: Engine,
    connection: Connection,
    epic: Epic,
    now: datetime,
    *,
    only_stops: bool = False,
) -> Callable[[], Enriched | None] | None:
    """Claim a row that may be read for now: a stop, or else the oldest."""
    row = inbox.claim_enrichment(connection, epic.id, now, now + CLAIM, only_stops=only_stops)
    if isinstance(row, BrokenRow):
        park(connection, epic.id, row, now)
        return None
    if row is None:
        return None
    try:
        installation = epics.installation_of(connection, epic.id)
        names = engine.enricher.throttle_names(installation, epic)
        until = throttles.throttled_until(connection, names, now)
    except Exception as error:
        log.exception("could not begin to enrich an inbox row", row=row.id, delivery=row.delivery)
        Enriched(row, error).record(connection, now)
        return None
    if until is not None:
        inbox.postpone(connection, row.id, until, count=False)
        return None
    return lambda: _enrich(engine, row, epic, installation)


def _enrich(engine: Engine, row: InboxRow, epic: Epic, installation: int) -> Enriched:
    try:
        return Enriched(row, engine.enricher.enrich(row, epic, installation))
    except DatabaseAwayError:
        raise
    except Exception as error:
        log.exception("could not enrich an inbox row", row=row.id, delivery=row.delivery)
        return Enriched(row, error)
