"""10,000 texts that nobody would write; `tests.settings_file.fuzz` reads a million by hand."""

import re
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.settings import EpicSettings
from bot.settings_file import parse_settings
from tests.settings_file.example import example
from tests.settings_file.fuzz import mutated, structure

VALID = example()
seeds = st.integers(0, 2**32).map(Random)


def assert_read(text: str) -> None:
    found, lines = parse_settings(text), len(re.split(r"\r\n?|\n", text))
    if isinstance(found, EpicSettings):
        return
    assert found
    for mistake in found:
        assert mistake.message
        assert len(mistake.message) < 400
        assert "\n" not in mistake.message + mistake.key
        assert mistake.line is None or 1 <= mistake.line <= lines


@settings(max_examples=2000)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    assert_read(text)


@settings(max_examples=1000)
@given(seeds)
def test_the_example_mutated(chance: Random) -> None:
    for _ in range(4):
        assert_read(mutated(chance, VALID))


@settings(max_examples=1000)
@given(seeds)
def test_any_structure(chance: Random) -> None:
    for _ in range(4):
        assert_read(structure(chance))
