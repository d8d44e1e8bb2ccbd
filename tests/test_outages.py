from collections.abc import Iterator

import httpx
import pytest
from structlog.testing import capture_logs

from bot.clients.watched import WatchedTransport
from bot.outages import LONGEST_REASON, Outages, outages


def test_an_outage_is_told_of_when_it_begins_and_when_it_ends() -> None:
    watched = Outages()
    with capture_logs() as lines:
        watched.answered("GitHub")
        for _ in range(3):
            watched.failed("GitHub", ConnectionError("refused\nand more"))
        watched.failed("the queue", "")
        watched.answered("GitHub")
        watched.answered("GitHub")
    assert [line["event"] for line in lines] == [
        "GitHub does not answer",
        "the queue does not answer",
        "GitHub answers again",
    ]
    assert [line.get("reason") for line in lines] == ["refused", "str", None]


def test_what_is_watched_is_raised_on_and_other_errors_are_no_outage() -> None:
    watched = Outages()
    with capture_logs() as lines:
        for error in (KeyError("x"), ConnectionError("y" * 999)):
            with pytest.raises(type(error)), watched.watching("the queue", ConnectionError):
                raise error
    assert [len(line["reason"]) for line in lines] == [LONGEST_REASON]


def test_a_service_is_away_while_it_fails_by_itself() -> None:
    answers: Iterator[httpx.ConnectError | int] = iter(
        [httpx.ConnectError("refused"), 503, 502, 404, 200]
    )

    def answer(request: httpx.Request) -> httpx.Response:
        one = next(answers)
        if isinstance(one, Exception):
            raise one
        return httpx.Response(one)

    outages.answered("GitHub")
    transport = WatchedTransport("GitHub", httpx.MockTransport(answer))
    with capture_logs() as lines, httpx.Client(transport=transport) as http:
        with pytest.raises(httpx.ConnectError):
            http.get("https://api.github.com/")
        for _ in range(4):
            http.get("https://api.github.com/")
    assert [line["event"] for line in lines] == ["GitHub does not answer", "GitHub answers again"]
