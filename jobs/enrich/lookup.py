"""One inbox row's question, and whom it is put to."""

from dataclasses import dataclass

from bot.clients.github.repository import RepositoryClient
from bot.core.events import BodyEdited, CommandGiven, EpicLabelled
from bot.core.model.epic import Epic
from bot.services import Services

Asking = CommandGiven | EpicLabelled | BodyEdited


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """An event that waits for its enrichment.

    `doubts`: an answer in the negative is not the truth yet, and is raised to be asked about again.
    """

    services: Services
    github: RepositoryClient
    epic: Epic
    repository_id: int
    event: Asking
    doubts: bool = False
