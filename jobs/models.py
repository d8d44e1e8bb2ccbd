"""Which models an epic's agents may have: the provider's list, asked for once an hour."""

from bot.clients.agents.registry import OPERATOR
from bot.core.model.epic import Epic
from bot.services import Services
from storage import models


def offered_models(services: Services, epic: Epic) -> tuple[str, ...]:
    """Return the models that the epic's provider offers; raises a ClientError."""
    database = services.database
    with database.read() as connection:
        known = models.offered(connection, OPERATOR, database.now(connection))
    if known is not None:
        return known
    names = tuple(services.agents.of(epic).models())
    with database.write() as connection:
        models.store(connection, OPERATOR, names, database.now(connection))
    return names
