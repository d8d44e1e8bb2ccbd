"""A queue that is away: RQ's worker says so at each try, ours once."""

import logging
import tempfile
from pathlib import Path

from redis import ConnectionError as RedisAway
from structlog.testing import capture_logs

from bot.outages import outages
from jobs.engine.queue import Nudges
from jobs.engine.worker import quieten
from jobs.local.valkey import EmbeddedValkey


def record(*told: object, raised: Exception | None = None) -> logging.LogRecord:
    info = (type(raised), raised, None) if raised else None
    return logging.LogRecord("rq.worker", logging.ERROR, "", 1, "%s " * len(told), told, info)


def test_rqs_lines_about_a_queue_that_is_away_become_one_of_ours() -> None:
    outages.answered("the queue")
    with capture_logs() as lines:
        assert not quieten(record("worker-1", RedisAway("refused"), 2))
        assert not quieten(record("worker-1", raised=RedisAway("refused")))
        assert quieten(record("worker-1", "done"))
        assert quieten(record(raised=ZeroDivisionError()))
    assert [line["event"] for line in lines] == ["the queue does not answer"]


def test_the_first_nudge_that_comes_through_ends_the_outage() -> None:
    outages.failed("the queue", "refused")
    with (
        tempfile.TemporaryDirectory(prefix="v-") as directory,
        EmbeddedValkey(Path(directory)) as server,
        server.client() as client,
        capture_logs() as lines,
    ):
        Nudges(client).nudge_epic(7)
    assert [line["event"] for line in lines] == ["the queue answers again"]
