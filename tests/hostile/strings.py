"""Strings that somebody might write, or have written, to do harm."""

import random

_CHARACTERS = (
    *("\x00", "\ud800", "\udfff", "\udc00\ud800", "\x01", "\x07", "\x08", "\x0b", "\x1b[31m"),
    *("\x7f", "\x85", "\u2028", "\u2029", "\ufffe", "\uffff", "\U0010ffff"),
    *("\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u061c", "\u200b", "\u200d", "\ufeff"),
    *("e\u0301", "o" + "\u0336" * 40, "\u0915\u094d\u0937", "\u1e9e", "\u0130", "\ufb01"),
    *("\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9", "\u2764\ufe0f"),
)
_MARKDOWN = (
    *("```", "````", "~~~", "`", "``", "**", "_", "~~", "|", "\\|", "\n---\n", "\n===\n", "\n# "),
    *("<!--", "-->", "<!-- orchestra:progress:1 -->", "<details>", "</details>", "<b>", "</td>"),
    *("[a](b)", "![", "](", "[x]: y 'z'", "\n> ", "\n- [ ] ", "\n- [x] ", "\n1. ", "    ", "\t"),
    *("@ada", "@acme/team", "#1", "GH-1", "acme/widgets#1", "Closes #1", "fixes acme/widgets#1"),
    *("&#64;ada", "&lt;", "$$", "$x$", "\\", "\\\\", "://", "https://evil.example/?a=b#c", "::x::"),
)
_SYNTAX = (
    *("%", "%s", "%(x)s", "%00", "%2e%2e%2f", "%n", "{}", "{0}", "{x}", "{{7*7}}", "${x}", "$(id)"),
    *("#", "?", "&", "=", ";", ":", "/", "//", "../", "..", "@{", "~", "^", "*", " ", "'", '"'),
    *('{"a": [1, null]}', '{"', '"}', "[]", "null", "NaN", "-0", "1e999", "\\u0000", "\\ud800"),
    *("'; DROP TABLE epics; --", "' OR 1=1 --", "\\'", "E'\\000'", "<script>", "javascript:"),
    *("\r\n", "\r", "\n", "\n\n", "\nX-Evil: 1", "yes", "off", "!!python/object", "&a *a", "a: b"),
    *("/orchestra", "/orchestra cancel 9", "\n/orchestra\n", "[bot]", "None", "undefined", "refs/"),
)
_PIECES = (*_CHARACTERS, *_MARKDOWN, *_SYNTAX)
_WORDS = ("First", "thing", "main", "test", "fix", "a", "ß", "日本", "0", "12")
# Of these one in a hundred consists.
_LENGTHS = (300, 5_000, 60_000)


def hostile(chance: random.Random, most: int = 60_000) -> str:
    """Make a string of at most `most` characters, rarely a long one."""
    if chance.random() < 0.01:
        piece = chance.choice(_PIECES)
        return (piece * (chance.choice(_LENGTHS) // len(piece)))[:most]
    count = chance.randint(1, 8)
    parts = (
        chance.choice(_PIECES if chance.random() < 0.7 else _WORDS) + chance.choice(("", " "))
        for _ in range(count)
    )
    return "".join(parts)[:most]


def hostile_line(chance: random.Random, most: int = 250) -> str:
    """One without a line end."""
    return "".join(hostile(chance, most).splitlines()) or "x"
