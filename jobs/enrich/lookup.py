"""One inbox row's question, and whom it is put to."""

from dataclasses import dataclass
from datetime import datetime

from bot.clients.github.repository import RepositoryClient
from bot.core.events import BodyEdited, CommandGiven, Enrichment, EpicLabelled
from bot.core.model.epic import Epic
from bot.services import Services

Asking = CommandGiven | EpicLabelled | BodyEdited


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """An event that waits for its enrichment.

    `earlier` is what was read for an earlier line of the same comment: who wrote it is asked once.
    `doubts`: an answer in the negative is not the truth yet, and is raised to be asked about again.
    """

    services: Services
    github: RepositoryClient
    epic: Epic
    repository_id: int
    event: Asking
    now: datetime
    doubts: bool = False
    earlier: Enrichment | None = None
