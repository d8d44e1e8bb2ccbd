import random

from hypothesis import given
from hypothesis import strategies as st

from tests.core.text.fuzz_bodies import body, check


# Hypothesis varies the seed alone, and takes longer for that than a text does: ten for each.
@given(st.integers(0, 2**64))
def test_any_text_is_read_and_written_into_as_meant(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        check(body(chance))
