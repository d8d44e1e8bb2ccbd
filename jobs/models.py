"""Which models an epic's agents may have: the provider's list, asked for once an hour."""

from bot.clients.agents.registry import OPERATOR
from bot.clients.errors import ClientError, RateLimited
from bot.core.model.epic import Epic
from bot.services import Services
from storage import models

# Where it refuses the list alone (402, 403), it may launch all the same.
_UNAUTHORIZED = 401


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


def launchable_models(services: Services, epic: Epic) -> tuple[str, ...]:
    """Return the models by which one is chosen for a launch.

    A list that cannot be read keeps nobody from working: the last one counts, and without any the
    provider itself says what it does not have. Raises a ClientError where it limits requests or
    takes no key: that a launch would meet as well.
    """
    try:
        return offered_models(services, epic)
    except RateLimited:
        raise
    except ClientError as error:
        if error.status == _UNAUTHORIZED:
            raise
        with services.database.read() as connection:
            return models.last_offered(connection, OPERATOR)
