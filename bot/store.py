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
    def open(cls, settings: Settings, *, durable: bool = True) -> "Store":
        """Connect lazily: nothing is asked before it is needed.

        Not `durable` is what a power cut may undo: webhooks, which come again, and the clock's
        marks. That something was sent, and what was decided, must outlive it.
        """
        return cls(
            database=Database(settings.database_url.get_secret_value(), durable=durable),
            redis=Redis.from_url(settings.redis_url.get_secret_value()),
        )
