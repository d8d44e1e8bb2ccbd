"""GitHub could not be asked about a command: how often it is asked again before that is said."""

from datetime import datetime, timedelta

import structlog

from jobs.engine.interfaces import Unanswered
from storage import inbox
from storage.database import Connection
from storage.inbox import InboxRow

MAX_TRIES = 5
RETRY_SECONDS = 2.0

log = structlog.get_logger(__name__)


def ask_again_or_give_up(
    connection: Connection, row: InboxRow, unanswered: Unanswered, now: datetime
) -> None:
    """Ask a few times more, then let the row be decided without an answer: "could not ask"."""
    if row.tries + 1 >= MAX_TRIES:
        log.warning("could not read for an inbox row", row=row.id, error=unanswered.message)
        inbox.store_enrichment(connection, row.id, unanswered.so_far, now)
        return
    until = now + timedelta(seconds=RETRY_SECONDS * 2.0**row.tries)
    inbox.postpone(connection, row.id, until, count=True)
