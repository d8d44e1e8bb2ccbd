import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.text.fuzz_comments import BLOCKS, LINES, WORDS, check, comment, spliced

_MISTYPED = st.builds(
    spliced,
    st.sampled_from(LINES),
    st.integers(0, 60),
    st.integers(0, 3),
    st.sampled_from(WORDS) | st.characters(),
)
_STRUCTURE = st.sampled_from([*BLOCKS, *BLOCKS, *WORDS, *(f"{line}\n" for line in LINES)])


@settings(max_examples=8 * settings().max_examples)
@given(st.text())
def test_any_text(text: str) -> None:
    check(f"/orchestra {text}")


@settings(max_examples=20 * settings().max_examples)
@given(_MISTYPED)
def test_mistyped_lines(line: str) -> None:
    check(line)


@settings(max_examples=8 * settings().max_examples)
@given(st.lists(_STRUCTURE, max_size=10).map("".join))
def test_lines_among_blocks(body: str) -> None:
    check(body)


# Hypothesis varies the seed alone, and takes longer for that than a comment does: five for each.
@settings(max_examples=8 * settings().max_examples)
@given(st.integers(0, 2**64))
def test_whole_comments(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(5):
        check(comment(chance))
