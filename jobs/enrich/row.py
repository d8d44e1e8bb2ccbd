"""What one inbox row's decision needs, read; the engine's `Enricher`."""

from dataclasses import dataclass, replace

from bot.clients.errors import (
    ClientError,
    PermanentError,
    RateLimited,
    TransientError,
    Unauthorized,
)
from bot.core.events import BodyEdited, CommandGiven, Enrichment, EpicLabelled, Shown
from bot.core.model.epic import Epic
from bot.services import Services
from jobs.engine.interfaces import RateLimit, Unanswered
from jobs.engine.unanswered import MAX_TRIES
from jobs.enrich.enrichment import fetch_permission, fetch_rest, is_permitted, matters
from jobs.enrich.lookup import Lookup
from jobs.handlers.registry import hold, is_repository_missing, throttle_names
from storage import inbox, refusals, repositories
from storage.inbox import InboxRow


@dataclass(frozen=True)
class RowEnricher:
    """Reads from GitHub what a row's decision needs."""

    services: Services

    def throttle_names(self, installation: int, epic: Epic) -> tuple[str, ...]:
        """Name what shares GitHub's limits and refusals with the epic."""
        return throttle_names("GitHub", installation, epic)

    def enrich(
        self, row: InboxRow, epic: Epic, installation: int
    ) -> Enrichment | RateLimit | Unanswered:
        """Read it; whatever goes wrong outside is a result as well."""
        assert isinstance(row.event, CommandGiven | EpicLabelled | BodyEdited)
        database = self.services.database
        with database.read() as connection:
            repository_id = repositories.of_epic(connection, epic.id)
            earlier = inbox.earlier_line(connection, row.id)
            now = database.now(connection)
        lookup = Lookup(
            services=self.services,
            github=self.services.github.repository(installation, epic.repository),
            epic=epic,
            repository_id=repository_id,
            event=row.event,
            now=now,
            earlier=earlier,
            doubts=row.tries + 1 < MAX_TRIES,
        )
        enrichment = Enrichment()
        try:
            if not matters(lookup):
                return enrichment
            enrichment = fetch_permission(lookup)
            if not is_permitted(lookup, enrichment):
                return replace(enrichment, shown=_shown(lookup, enrichment))
            enrichment = replace(enrichment, eyes_id=_show_seen(lookup))
            return fetch_rest(lookup, enrichment)
        except (RateLimited, Unauthorized) as error:
            return hold(error, installation, epic)
        except ClientError as error:
            if not lookup.doubts and is_repository_missing(lookup.github, error):
                return hold(error, installation, epic)
            return _unanswered(error, enrichment.eyes_id)


def _shown(lookup: Lookup, enrichment: Enrichment) -> Shown:
    """How the refusal is shown: once for all of a comment's lines, and seldom in words.

    That GitHub could not be asked is no refusal, and always said.
    """
    if lookup.earlier is not None and lookup.earlier.shown is not None:
        return Shown.NOTHING
    if enrichment.permission is None and enrichment.served:
        return Shown.WORDS
    with lookup.services.database.write() as connection:
        told = refusals.note(connection, lookup.repository_id, lookup.event.by, lookup.now)
    return Shown.WORDS if told else Shown.SIGN


def _unanswered(error: ClientError, eyes: int | None) -> Unanswered:
    """Have a refusal asked about again as well: one negative answer is not the truth yet."""
    refusal = None if isinstance(error, TransientError) else error.message
    so_far = Enrichment(eyes_id=eyes, refusal=refusal)
    return Unanswered(message=str(error), so_far=so_far)


def _show_seen(lookup: Lookup) -> int | None:
    """Put 👀 on the comment of a permitted command; returns the reaction's id."""
    event = lookup.event
    if not isinstance(event, CommandGiven) or event.comment_id is None:
        return None
    if lookup.earlier is not None and lookup.earlier.eyes_id is not None:
        return lookup.earlier.eyes_id
    try:
        return lookup.github.add_reaction(event.comment_id, "eyes")
    except PermanentError:
        # The comment is gone, or takes no reaction: it was a command all the same.
        return None
