"""Strings that every database takes, and every answer of ours may carry.

JSON can name two kinds of characters that are none: NUL, which PostgreSQL refuses, and halves of
surrogate pairs, which cannot be encoded. They become U+FFFD as soon as a text comes in, as
CommonMark has it for NUL (https://spec.commonmark.org/0.31.2/#insecure-characters).
"""

import json
import re
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# As they stand in a JSON text. A pair of escapes that is one character is met as well.
_IN_JSON = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\xed[\xa0-\xbf]|\x00")


def storable(text: str) -> str:
    """Return `text` with U+FFFD for what is no character."""
    return _UNSTORABLE.sub("\ufffd", text)


def may_be_unstorable(body: bytes) -> bool:
    """Tell whether a JSON text may hold a string that is not storable."""
    return _IN_JSON.search(body) is not None


def read_json(body: bytes) -> Any:
    """Parse JSON, all strings made storable; raises ValueError."""
    try:
        found = json.loads(body)
        return _cleaned(found) if may_be_unstorable(body) else found
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): _cleaned(item) for name, item in value.items()}
    return value
