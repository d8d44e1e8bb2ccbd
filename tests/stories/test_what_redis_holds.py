"""Whoever reads the queue's memory, or a copy of it, finds no secret there."""

from collections.abc import Callable
from typing import Any

from redis import Redis

from bot.core.model.identifiers import EpicStatus
from tests.harness import Story

READERS: dict[bytes, Callable[[Any, bytes], Any]] = {
    b"string": lambda redis, key: [redis.get(key)],
    b"hash": lambda redis, key: list(redis.hgetall(key).values()),
    b"list": lambda redis, key: redis.lrange(key, 0, -1),
    b"set": lambda redis, key: redis.smembers(key),
    b"zset": lambda redis, key: redis.zrange(key, 0, -1),
}


def _type_of(redis: Any, key: bytes) -> bytes:
    found: bytes = redis.type(key)
    return found


def everything(redis: Redis) -> bytes:
    """All keys and values."""
    found: list[bytes] = []
    for key in redis.scan_iter():
        found += [key, *READERS[_type_of(redis, key)](redis, key)]
    return b"\n".join(found)


def test_no_secret_is_in_redis(story: Story) -> None:
    held: list[bytes] = []
    real = story.do_jobs

    def look(services: object) -> None:
        held.append(everything(story.services.redis))
        real(story.services)
        held.append(everything(story.services.redis))

    story.do_jobs = look
    story.start()
    story.wait_for(story.has(EpicStatus.COMPLETED))
    # Installation tokens and the App's own begin so.
    secrets = [*story.services.settings.secret_values(), "ghs_", "eyJ"]
    assert b"orchestra:" in b"".join(held)
    for secret in secrets:
        assert secret.encode() not in b"".join(held)
