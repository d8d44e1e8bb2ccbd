"""What GitHub would make of our Markdown: text and code, in which it finds nobody."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.rendering.escape import cell

_GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_LIVE = re.compile(r"@[\w-]|#\d|gh-\d|://|www\.", re.IGNORECASE)
_AS_TEXT = {"text": "{}", "text_special": "{}", "code_inline": "\n{}\n"}


def check_answer(text: str) -> None:
    """A marker and one or two paragraphs of nothing but inert text and code."""
    tokens = _GITHUB.parse(text)
    kinds = _kinds(tokens)
    assert kinds in (["html_block", *["paragraph_open", "inline"] * n] for n in (1, 2)), kinds
    for token in tokens:
        _check_inert(token.children or [])


def check_like(text: str, harmless: str) -> None:
    """The same blocks as in a comment about harmless things; what differs is inert."""
    tokens, others = _GITHUB.parse(text), _GITHUB.parse(harmless)
    assert _kinds(tokens) == _kinds(others)
    for token, other in zip(tokens, others, strict=True):
        if token.content != other.content:
            assert token.type == "inline", token
            _check_inert(token.children or [])


def check_cell(text: str) -> None:
    """A table's cell of inert text and code, which leaves the next cell alone."""
    tokens = _GITHUB.parse(f"| a | b |\n|---|---|\n| {cell(text)} | end |")
    inlines = [token.children or [] for token in tokens if token.type == "inline"]
    assert len(inlines) == 4
    _check_inert(inlines[2])
    assert _seen(inlines[3]) == "end"


def _kinds(tokens: list[Token]) -> list[str]:
    return [token.type for token in tokens if token.nesting >= 0]


def _check_inert(children: list[Token]) -> None:
    assert not _LIVE.search(_seen(children)), children


def _seen(children: list[Token]) -> str:
    """The visible text; an element's border stands as a line's end, for no link goes across it."""
    for token in children:
        assert token.type in _AS_TEXT or token.content in {"<code>", "</code>"}, token
    return "".join(_AS_TEXT.get(token.type, "\n").format(token.content) for token in children)
