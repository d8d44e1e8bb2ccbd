import pytest

from bot.rendering.words import bar, clock, dated, duration_words, joined, tasks_word, times_word
from tests.rendering.facts import START, at


@pytest.mark.parametrize(
    ("percent", "blocks"), [(0, 0), (4, 0), (5, 1), (33, 6), (99, 19), (100, 20)]
)
def test_bar(percent: int, blocks: int) -> None:
    assert bar(percent) == "█" * blocks + "░" * (20 - blocks)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3570, "1 h 0 min"), (3900, "1 h 5 min")],
)
def test_duration_words(seconds: int, words: str) -> None:
    assert duration_words(seconds) == words


def test_tasks_word() -> None:
    assert (tasks_word(1), tasks_word(2)) == ("1 task", "2 tasks")


def test_times_word() -> None:
    assert [times_word(count) for count in (1, 2, 3)] == ["once", "twice", "3 times"]


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_joined(words: list[str], text: str) -> None:
    assert joined(words) == text


def test_clock() -> None:
    assert clock(START) == "21 Nov 2026, 12:04 UTC"
    assert clock(at(3), START) == "12:07 UTC"
    assert clock(at(24 * 60), START) == "22 Nov 12:04 UTC"
    assert clock(at(60 * 24 * 60), START) == "20 Jan 2027, 12:04 UTC"
    assert dated(at(3), START) == "21 Nov 12:07 UTC"
