"""An epic's oldest inbox row, read for."""

from dataclasses import replace
from datetime import timedelta

import structlog

from bot.clients.errors import ClientError, PermanentError, RateLimited, TransientError
from bot.core.events import BodyEdited, CommandGiven, Enrichment, EpicLabelled
from bot.services import Services
from jobs.enrich.enrichment import matters, read
from jobs.enrich.lookup import Lookup
from storage import epics, inbox, repositories, throttles
from storage.inbox import InboxRow

# Nobody else reads for a row during this time, unless its reader has died.
CLAIM = timedelta(seconds=60)
MAX_TRIES = 5
RETRY_SECONDS = 2.0

log = structlog.get_logger(__name__)


def enrich_next(services: Services, epic_id: int) -> bool:
    """Read for the epic's oldest row, if it waits for that and may be asked for now.

    Returns whether something was done. The request is made outside any transaction.
    """
    with services.database.read() as connection:
        rows = inbox.unhandled(connection, epic_id, most=1)
    if not rows or rows[0].is_ready:
        return False
    row = rows[0]
    with services.database.write() as connection:
        now = services.database.now(connection)
        if not inbox.claim_enrichment(connection, row.id, now, now + CLAIM):
            return False
        epic = epics.load(connection, epic_id)
        assert epic is not None
        repository_id = repositories.of_epic(connection, epic_id)
        installation = epics.installation_of(connection, epic_id)
        until = throttles.throttled_until(connection, f"github:{installation}", now)
        if until is not None:
            inbox.postpone(connection, row.id, until, count=False)
            return True
    eyes = None
    try:
        github = services.github.repository(installation, epic.repository)
        assert isinstance(row.event, CommandGiven | EpicLabelled | BodyEdited)
        lookup = Lookup(
            services=services,
            github=github,
            epic=epic,
            repository_id=repository_id,
            event=row.event,
        )
        if matters(lookup):
            eyes = _show_seen(lookup)
            enrichment = read(replace(lookup, eyes_id=eyes))
        else:
            enrichment = Enrichment()
    except RateLimited as error:
        _throttle(services, installation, row, error)
    except ClientError as error:
        _postpone_or_give_up(services, row, error, eyes)
    else:
        _store(services, row, enrichment)
    return True


def _show_seen(lookup: Lookup) -> int | None:
    """Put 👀 on a comment's command, where we serve; returns the reaction's id."""
    event = lookup.event
    if not isinstance(event, CommandGiven) or event.comment_id is None:
        return None
    if not lookup.services.serves(lookup.epic.repository.owner):
        return None
    try:
        return lookup.github.add_reaction(event.comment_id, "eyes")
    except PermanentError:
        # The comment is gone, or takes no reaction: it was a command all the same.
        return None


def _store(services: Services, row: InboxRow, enrichment: Enrichment) -> None:
    with services.database.write() as connection:
        inbox.store_enrichment(connection, row.id, enrichment, services.database.now(connection))


def _throttle(services: Services, installation: int, row: InboxRow, error: RateLimited) -> None:
    """Waiting is not failing: it uses up no try."""
    with services.database.write() as connection:
        until = services.database.now(connection) + timedelta(seconds=error.retry_after)
        throttles.throttle(connection, f"github:{installation}", until)
        inbox.postpone(connection, row.id, until, count=False)


def _postpone_or_give_up(
    services: Services, row: InboxRow, error: ClientError, eyes: int | None
) -> None:
    """Ask a few times more, then let the row be decided without an answer."""
    log.warning("could not read for an inbox row", row=row.id, error=str(error))
    if not isinstance(error, TransientError):
        _store(services, row, Enrichment(eyes_id=eyes, refusal=error.message))
        return
    if row.tries + 1 >= MAX_TRIES:
        _store(services, row, Enrichment(eyes_id=eyes))
        return
    with services.database.write() as connection:
        seconds = RETRY_SECONDS * 2.0**row.tries
        until = services.database.now(connection) + timedelta(seconds=seconds)
        inbox.postpone(connection, row.id, until, count=True)
