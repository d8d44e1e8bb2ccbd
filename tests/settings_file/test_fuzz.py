"""10,000 texts that nobody would write; `tests.settings_file.fuzz` reads a million by hand."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.settings_file.example import example
from tests.settings_file.fuzz import check, mutated, structure

VALID = example()

seeds = st.integers(0, 2**32).map(Random)


@settings(max_examples=16 * settings().max_examples)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    check(text)


@settings(max_examples=1000)
@given(seeds)
def test_the_example_mutated(chance: Random) -> None:
    check(mutated(chance, VALID))
    for _ in range(3):
        check(mutated(chance, VALID), show=False)


@settings(max_examples=1000)
@given(seeds)
def test_any_structure(chance: Random) -> None:
    check(structure(chance))
    for _ in range(3):
        check(structure(chance), show=False)
