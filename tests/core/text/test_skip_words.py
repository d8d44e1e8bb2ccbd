import pytest

from bot.core.text.skip_words import without_skip_words


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("Fix it [skip ci]", "Fix it (skip ci)"),
        ("[CI SKIP] a [no ci] b", "(CI SKIP) a (no ci) b"),
        ("[skip actions][actions skip]", "(skip actions)(actions skip)"),
        ("[skip-ci] [ci-skip]", "(skip-ci) (ci-skip)"),
        ("[skip netlify] ***NO_CI***", "(skip netlify) (NO_CI)"),
        ("Skip ci in [brackets] and [a skipper]", "Skip ci in [brackets] and [a skipper]"),
    ],
)
def test_no_title_skips_the_checks_of_the_base(text: str, harmless: str) -> None:
    assert without_skip_words(text) == harmless


def test_long_hostile_titles_are_read_fast() -> None:
    for piece in ("[skip ", "[a", "[", "***"):
        without_skip_words(piece * 60_000)
