"""How alike titles are: what people reword stays the same task, what is another stays another."""

import random
import time

import pytest

from bot.core.text.item_matching import is_alike
from bot.core.text.likeness import Likeness

LIMIT = 0.1
ALIKE, SOMEWHAT = 0.6, 0.3


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Add a login page", "Add the login pages"),
        ("Turn right", "Turn right slowly"),
        ("Turn right", "Turn rihgt"),
        ("Write the parser", "Write a parser for dates"),
        ("Add a currency field", "Add a currency field to the form"),
        ("Add logging", "Add structured logging"),
        ("Use the new API", "Use the v2 API"),
        ("Rename foo to bar", "Rename foo to baz"),
        ("Update dependencies", "Upgrade dependencies"),
        ("Remove unused code", "Delete unused code"),
        ("Support CSV export", "Support exporting CSV"),
        ("Parse dates in the header", "parse Dates in header lines"),
        ("Deploy", "Deploy it"),
        ("\u65e5\u4ed8\u3092\u8aad\u3080", "\u65e5\u4ed8\u3092\u8aad\u307f\u8fbc\u3080"),
        (
            "Add a retry with back-off to the HTTP client so that a lost connection does not fail"
            " the whole import",
            "Retry with exponential back-off in the HTTP client, so a lost connection doesn't fail"
            " the import",
        ),
        (
            "Move the settings page to the new layout and drop the old template",
            "Settings page: move to the new layout; drop the old template and its styles",
        ),
    ],
)
def test_what_is_reworded_is_alike(before: str, after: str) -> None:
    assert is_alike(before, after)
    assert is_alike(after, before)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Add a login page", "Write the documentation"),
        ("Add tests", "Add docs"),
        ("Turn left", "Turn right"),
        ("Add an export button", "Add an import job"),
        ("Set up CI", "Set up the database"),
        ("Crawl", "Walk"),
        ("", "a"),
        (
            "Write the release notes and tell the people who asked for the export of their data,"
            " with a link to the page that shows how it is done and what is left out of it",
            "Let the importer retry when the connection is lost, and show in the log which of the"
            " files was the last that could be read before it had to stop",
        ),
    ],
)
def test_what_is_something_else_is_not(one: str, other: str) -> None:
    assert not is_alike(one, other)


def test_a_line_in_the_place_of_another_is_somewhat_alike() -> None:
    assert SOMEWHAT <= Likeness()("Turn left", "Turn it to the left") <= 1
    assert Likeness()("Turn left", "zzz") < SOMEWHAT


@pytest.mark.parametrize("title", ["", "a", "Add a login page", "x" * 200])
def test_the_same_title_is_the_same(title: str) -> None:
    assert Likeness()(title, title) == 1


@pytest.mark.parametrize("letters", ["a", "ab", "aeinost ", "".join(map(chr, range(33, 2000)))])
def test_all_of_two_long_checklists_are_compared_in_time(letters: str) -> None:
    source = random.Random(7)
    titles = ["".join(source.choices(letters, k=200)) for _ in range(104)]

    def took() -> float:
        began, likeness = time.thread_time(), Likeness()
        for one in titles[:52]:
            for other in titles[52:]:
                likeness(one, other)
        return time.thread_time() - began

    assert min(took() for _ in range(5)) < LIMIT
