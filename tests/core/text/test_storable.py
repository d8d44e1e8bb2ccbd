"""What is no character never comes further than the door."""

import json
from typing import Any

import pytest

from bot.core.text.storable import may_be_unstorable, read_json, storable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("nul\x00", "nul\ufffd"),
        ("\ud800half", "\ufffdhalf"),
        ("half\udfff", "half\ufffd"),
        ("\U0001f600 \u202e \ufffe \x01", "\U0001f600 \u202e \ufffe \x01"),
    ],
)
def test_no_nul_and_no_half_of_a_pair_is_stored(text: str, expected: str) -> None:
    assert storable(text) == expected
    for escaped in (True, False):
        whole: Any = {text: [text, {"a": text}], "n": 1, "x": None}
        body = json.dumps(whole, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
        found = read_json(body)
        assert found == {expected: [expected, {"a": expected}], "n": 1, "x": None}
        assert text == expected or may_be_unstorable(body)
        json.dumps(found, ensure_ascii=False).encode()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": \x00}'])
def test_what_is_no_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_json(body)
