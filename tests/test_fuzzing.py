"""What the tests with made-up inputs call slow and wrong."""

import time
from random import Random

import pytest

from tests.fuzzing import LIMIT, read_in_time, run


def slow(_: str) -> str:
    end = time.thread_time() + LIMIT + 0.005
    while time.thread_time() < end:
        pass
    return "read"


def test_what_is_slow_each_time_fails() -> None:
    with pytest.raises(AssertionError, match=r"ms for 'text'"):
        read_in_time(slow, "text")


def test_what_is_slow_only_once_passes() -> None:
    reads = iter((slow, str, str, str, str, str))

    def read(text: str) -> str:
        return next(reads)(text)

    assert read_in_time(read, "text") == "read"


def test_a_run_ends_with_the_input_that_failed(capsys: pytest.CaptureFixture[str]) -> None:
    def make(chance: Random) -> str:
        return str(chance.randrange(1000))

    def check(text: str) -> None:
        assert text == "", "wrong"

    assert run(3, 1, make, str, lambda _: None) == 0
    assert "3 inputs, seed 1, none read or answered wrongly\n" in capsys.readouterr().out
    assert run(3, 1, make, str, check) == 1
    assert "input 1 of seed 1: '137'\nAssertionError: wrong" in capsys.readouterr().out
