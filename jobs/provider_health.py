"""Whether Cursor answers: asked by the clock, told by the web process, which has no key."""

import json
import time
from datetime import datetime
from typing import NamedTuple

import structlog
from redis import Redis

from bot.clients.agents.provider import AgentProvider
from bot.clients.errors import ClientError, RateLimited, Unauthorized
from bot.store import Store
from storage import ticks

INTERVAL = 60.0  # seconds between two questions, however many clocks there are
# What was heard longer ago says nothing of now.
KEPT_SECONDS = 180

log = structlog.get_logger(__name__)

_KEY = "orchestra:health:cursor"
_TICK = "ask Cursor"


class Heard(NamedTuple):
    """What Cursor last answered: whether it let us in, in how many seconds, and when."""

    answers: bool
    message: str
    seconds: float
    at: datetime


def ask(store: Store, provider: AgentProvider | None) -> None:
    """Ask whose the key is, unless that was done lately, and keep the answer for a while.

    Without a `provider` that is the answer: this clock has no key. Raises redis.RedisError.
    """
    with store.database.write() as connection:
        now = store.database.now(connection)
        if not ticks.claim(connection, _TICK, INTERVAL, now):
            return
    began = time.monotonic()
    answers, message = _asked(provider)
    heard = Heard(answers, message, time.monotonic() - began, now)
    entry = json.dumps([*heard[:-1], now.isoformat()])
    store.redis.set(_KEY, entry, ex=KEPT_SECONDS)


def last_heard(redis: Redis) -> Heard | None:
    """Return the last answer, None where it is too long ago; raises redis.RedisError."""
    entry = redis.get(_KEY)
    if entry is None:
        return None
    answers, message, seconds, at = json.loads(entry)
    return Heard(answers, message, seconds, datetime.fromisoformat(at))


def _asked(provider: AgentProvider | None) -> tuple[bool, str]:
    if provider is None:
        return False, "not asked: the clock has no CURSOR_API_KEY"
    try:
        provider.me()
    except RateLimited:
        return True, "answers, and limits us"
    except ClientError as error:
        # Anybody may read this, hence none of Cursor's own words.
        log.warning("Cursor does not let us in", error=str(error))
        refused = isinstance(error, Unauthorized)
        return False, "refuses our key" if refused else "does not answer as it should"
    return True, "answers"
