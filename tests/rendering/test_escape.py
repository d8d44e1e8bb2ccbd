import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.text.sanitize import clean, one_line
from bot.rendering.escape import block, cell, code, inline, mention, quote

_GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_LIVE = re.compile(r"@[\w-]|#\d|gh-\d|://|www\.", re.IGNORECASE)
_HOSTILE = st.lists(
    st.sampled_from(
        [*"`*_~[]()<>|\\!#@$&;:/.-+= \n\t19aé", "@octocat", "#12", "GH-3", "https://", "-->"]
    )
    | st.characters()
).map("".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Add the model", "Add the model"),
        ("ask @octocat", "ask @\u200boctocat"),
        ("fixes #12, GH-3 and a/b#4", "fixes #\u200b12, GH-\u200b3 and a/b#\u200b4"),
        ("see https://x.y/issues/1", "see https:\u200b//x.y/issues/1"),
        ("C# and a @ b", "C# and a @ b"),
        ("*bold* _x_ ~~y~~ [l](u)", r"\*bold\* \_x\_ \~\~y\~\~ \[l\](u)"),
        ("<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;"),
        ("a|b \\| c", "a&#124;b &#92;&#124; c"),
        ("two\n\nlines", "two lines"),
        ("call `f(x|y)` now", "call <code>f(x&#124;y)</code> now"),
        ("on `main` now", "on `main` now"),
        ("`www.x.y`", "<code>www\u200b.x.y</code>"),
        ("a ` tick", r"a \` tick"),
        ("1. one", r"1\. one"),
        ("- one", r"\- one"),
        ("# one", r"\# one"),
        ("", ""),
    ],
)
def test_inline(text: str, shown: str) -> None:
    assert inline(text) == shown


def test_long_text_is_cut_before_it_is_escaped() -> None:
    assert inline("&" * 9, limit=3) == "&amp;&amp;…"


def test_an_empty_cell_is_seen() -> None:
    assert cell(" \n") == "–"


def test_quote_keeps_lines() -> None:
    assert quote("a\n\n> b @c") == "> a\n>\n> &gt; b @\u200bc"


def test_a_block_outlasts_its_text() -> None:
    assert block("a\n````\n@b") == "`````text\na\n````\n@b\n`````"


@pytest.mark.parametrize(
    ("login", "shown"),
    [
        ("octo-cat", "@octo-cat"),
        ("dependabot[bot]", r"dependabot\[bot\]"),
        ("a b @c", "a b @\u200bc"),
    ],
)
def test_mention(login: str, shown: str) -> None:
    assert mention(login) == shown


def _text(tokens: list[Token]) -> str:
    """Return the visible text; fail on anything but text and our code element.

    An element's border stands as a line's end, for GitHub finds nothing that goes across it.
    """
    shown = ""
    for token in tokens:
        assert token.type in {"text", "html_inline", "text_special", "code_inline"}
        if token.type == "html_inline":
            assert token.content in {"<code>", "</code>"}
            shown += "\n"
        else:
            shown += f"\n{token.content}\n" if token.type == "code_inline" else token.content
    return shown


def _same(shown: str, text: str) -> bool:
    def bare(either: str) -> str:
        return re.sub(r"[`\u200b\s]", "", either)

    return bare(shown) == bare(text)


@pytest.mark.parametrize("text", ["@`octocat`", "#`12`", "https:`//x.y`", "`@` octocat"])
def test_what_code_parts_is_not_found(text: str) -> None:
    [line] = _GITHUB.parseInline(inline(text))
    assert not _LIVE.search(_text(line.children or []))


@given(_HOSTILE)
def test_a_cell_stays_one_cell_and_reads_as_written(text: str) -> None:
    tokens = _GITHUB.parse(f"| a | b |\n|---|---|\n| {cell(text)} | end |")
    cells = [token.children or [] for token in tokens if token.type == "inline"]
    assert len(cells) == 4
    shown = _text(cells[2])
    assert not _LIVE.search(shown)
    assert _same(shown, one_line(text)[:200]) or shown.endswith(("…", "–"))
    assert _text(cells[3]) == "end"


@given(_HOSTILE)
def test_inline_at_a_line_start_stays_a_paragraph(text: str) -> None:
    tokens = _GITHUB.parse(f"{inline(text)}\n\nend")
    kinds = [token.type for token in tokens if token.nesting >= 0]
    assert kinds in (["paragraph_open", "inline"] * 2, ["paragraph_open", "inline"])
    for token in tokens:
        assert not _LIVE.search(_text(token.children or []))


@given(_HOSTILE)
def test_quote_and_block_hold_what_they_are_given(text: str) -> None:
    tokens = _GITHUB.parse(f"{quote(text)}\n\n{block(text)}\n\nend")
    outer = [token.type for token in tokens if token.level == 0 and token.nesting >= 0]
    assert outer == ["blockquote_open", "fence", "paragraph_open"]
    fence = next(token for token in tokens if token.type == "fence")
    assert fence.content == clean(text) + "\n"


@given(_HOSTILE)
def test_code_is_inert(text: str) -> None:
    assert not _LIVE.search(_text((_GITHUB.parseInline(code(text))[0]).children or []))
