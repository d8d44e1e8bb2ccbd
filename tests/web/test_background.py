import threading
from collections import Counter

from structlog.testing import capture_logs

from bot.web.background import OnRequest, Periodic

AGES = 3600.0


def test_a_periodic_action_comes_at_once_and_again() -> None:
    turns: list[int] = []
    thrice = threading.Event()

    def act() -> None:
        turns.append(1)
        if len(turns) == 3:
            thrice.set()

    thread = Periodic("test", 0.001, act)
    thread.start()
    assert thrice.wait(10)
    thread.stop()


def test_stopping_does_not_wait_for_the_interval() -> None:
    acted = threading.Event()
    thread = Periodic("test", AGES, acted.set)
    thread.start()
    assert acted.wait(10)
    thread.stop()
    assert not any(one.name == "test" for one in threading.enumerate())


def test_a_failing_action_goes_on_and_is_logged_once_until_it_works() -> None:
    turns: list[int] = []
    done = threading.Event()

    def act() -> None:
        turns.append(1)
        if len(turns) in (1, 2, 4):
            raise OSError("away")
        if len(turns) == 5:
            done.set()

    with capture_logs() as logs:
        thread = Periodic("test", 0.001, act)
        thread.start()
        assert done.wait(10)
        thread.stop()

    counted = Counter(line["event"] for line in logs)
    assert counted == {"background work fails": 2, "background work works again": 2}


def test_requests_while_it_acts_are_one() -> None:
    turns: list[int] = []
    acting, go_on = threading.Event(), threading.Event()

    def act() -> None:
        turns.append(1)
        acting.set()
        go_on.wait(10)

    thread = OnRequest("test", 0, act)
    thread.start()
    thread.request()
    assert acting.wait(10)
    for _ in range(5):
        thread.request()
    go_on.set()
    thread.stop()

    assert len(turns) == 2


def test_what_was_requested_before_the_end_is_done_though_the_interval_is_not_over() -> None:
    turns: list[int] = []
    acting = threading.Event()

    def act() -> None:
        turns.append(1)
        acting.set()

    thread = OnRequest("test", AGES, act)
    thread.start()
    thread.request()
    assert acting.wait(10)
    thread.request()
    thread.stop()

    assert len(turns) == 2


def test_nothing_requested_nothing_done() -> None:
    turns: list[int] = []
    thread = OnRequest("test", 0, lambda: turns.append(1))
    thread.start()
    thread.stop()
    assert turns == []
