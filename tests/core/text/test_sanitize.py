import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text.sanitize import clean, one_line


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("a\r\nb\rc\u2028d\u2029e\x85f", "a\nb\nc\nd\ne\nf"),
        ("a<!-- hidden -->b", "ab"),
        ("a<!-- two\nlines -->b<!---->c<!-->d<!--->e", "abcde"),
        ("a <!-- never closed\nstill hidden", "a "),
        ("`<!-- also in code -->`", "``"),
        ("<!<!-- -->-- joined -->", "<! -- joined -->"),
        ("<<!-- --><!-- -->!-- joined -->", "< !-- joined -->"),
        ("<\u200b!-- hidden by parts -->x", "x"),
        ("zero\u200bwidth\u2060 \ufeffbom so\u00adft", "zerowidth bom soft"),
        ("bidi \u202eevil\u202c \u2066x\u2069", "bidi evil x"),
        ("tag\U000e0041\U000e0042s", "tags"),
        ("bytes\ufe00\ufe01\U000e0100 in selectors\ufe0f", "bytes in selectors"),
        ("nul\x00 escape\x1b[31m c1\x9f", "nul escape[31m c1"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        (
            "👩\u200d💻 ❤\ufe0f 1\ufe0f\u20e3 🏳\ufe0f\u200d🌈",
            "👩\u200d💻 ❤\ufe0f 1\ufe0f\u20e3 🏳\ufe0f\u200d🌈",
        ),
        ("a\u200db", "ab"),
        ("naïve 日本語 עברית", "naïve 日本語 עברית"),
    ],
)
def test_only_what_can_be_seen_is_left(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_one_line_collapses_white_space() -> None:
    assert one_line("  a\r\n\tb\u200b \u3000c ") == "a b c"


@given(st.text(alphabet="<!->x \n\u200b") | st.text())
def test_cleaned_text_hides_nothing_and_is_clean_already(text: str) -> None:
    cleaned = clean(text)
    assert "<!--" not in cleaned
    assert clean(cleaned) == cleaned
    cleaned.encode()
