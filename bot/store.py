"""The truth and the queue, opened together."""

from dataclasses import dataclass

from redis import Redis

from bot.settings import Settings
from storage.database import Database


@dataclass(frozen=True, kw_only=True)
class Store:
    """The truth and the queue: all that web and clock need."""

    database: Database
    redis: Redis

    @classmethod
    def open(cls, settings: Settings) -> "Store":
        """Connect lazily: nothing is asked before it is needed."""
        return cls(
            database=Database(settings.database_url.get_secret_value()),
            redis=Redis.from_url(settings.redis_url.get_secret_value()),
        )
