"""Private keys as RFC 7468 writes them, over one line or several, whole or cut off."""

import re
from collections.abc import Iterator
from itertools import pairwise

_MARK = re.compile(
    r"-----(?P<kind>BEGIN|END) (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----", re.IGNORECASE
)
_MAX_LENGTH = 16_000  # characters between the two marks
# Line ends may be written as `\n`, and something may stand before each line.
_BETWEEN = r"(?:[\s|>\\]|\\[nr])"
# What is said of the key, its lines, and what there is of a short last one.
_REST = re.compile(
    rf"(?:{_BETWEEN}*+(?:[A-Z][A-Za-z\-]{{1,20}}:[^\"\n\\]{{0,200}}|[A-Za-z0-9+/=]{{20,}}+))*+"
    rf"(?:(?:{_BETWEEN}*+[A-Za-z0-9+/=]++){{1,3}}(?=[\s\\]*+(?:\"|\Z)))?"
)
_REST_BACKWARDS = re.compile(
    r"(?:[\s|>\\]*+[A-Za-z0-9+/=]{1,100}+)?(?:[\s|>\\]*+[A-Za-z0-9+/=]{20,}+)*+"
)


def without_private_keys(text: str, redacted: str) -> str:
    """Return the text with `redacted` instead of each private key."""
    parts, done = [], 0
    for start, end in _keys(text):
        parts += [text[done:start], redacted]
        done = end
    return "".join([*parts, text[done:]])


def _keys(text: str) -> Iterator[tuple[int, int]]:
    done = 0
    for mark, following in pairwise((*_MARK.finditer(text), None)):
        if mark is None or mark.start() < done:
            continue
        if mark["kind"].upper() == "END":
            before = text[max(done, mark.start() - _MAX_LENGTH) : mark.start()][::-1]
            rest = _REST_BACKWARDS.match(before)
            start, done = mark.start() - (rest.end() if rest else 0), mark.end()
        elif following and _is_pair(text, mark, following):
            start, done = mark.start(), following.end()
        else:
            rest = _REST.match(text, mark.end())
            start, done = mark.start(), rest.end() if rest else mark.end()
        yield start, done


def _is_pair(text: str, begin: re.Match[str], end: re.Match[str]) -> bool:
    """Tell whether two marks belong together: in JSON, no string ends between them."""
    length = end.start() - begin.end()
    is_end = end["kind"].upper() == "END"
    return is_end and length <= _MAX_LENGTH and '"' not in text[begin.end() : end.start()]
