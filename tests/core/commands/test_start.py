from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.commands.parsing import parse_line
from bot.core.commands.start import Start
from bot.core.model.refusals import Refusal
from bot.core.model.refusals import RefusalKind as Kind


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("at=2026-11-22T08:00+01:00", Start(at=datetime(2026, 11, 22, 7, tzinfo=UTC))),
        ("AT=2026-11-22T08:00Z", Start(at=datetime(2026, 11, 22, 8, tzinfo=UTC))),
        ("at=`2026-11-22T08:00`", Start(at=datetime(2026, 11, 22, 8, tzinfo=UTC))),
        (
            "at=1999-01-01T00:00:30 model=default base=dev",
            Start("dev", "default", datetime(1999, 1, 1, 0, 0, 30, tzinfo=UTC)),
        ),
    ],
)
def test_right_lines(words: str, command: Start) -> None:
    assert parse_line(f"/orchestra start {words}") == command


def unknown_key(word: str, nearest: str | None = None) -> dict[str, Any]:
    keys = ("base", "model", "budget", "at")
    kind = Kind.UNKNOWN_KEY
    return {"kind": kind, "verb": "start", "word": word, "accepted": keys, "nearest": nearest}


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("bse=dev", unknown_key("bse", "start base=dev")),
        ("bse=dev model=o3", unknown_key("bse", "start base=dev model=o3")),
        ("bse=a base=b", unknown_key("bse")),
        ("bse=a..b", unknown_key("bse")),
        ("bse=" + "x" * 200, unknown_key("bse")),
        ("now", unknown_key("now")),
        ("budget=much", {"kind": Kind.NOT_AN_AMOUNT, "word": "much"}),
        ("base", {"kind": Kind.NO_VALUE, "key": "base"}),
        ("base=", {"kind": Kind.NO_VALUE, "key": "base"}),
        ("base=a base=b", {"kind": Kind.DUPLICATE_KEY, "key": "base"}),
        ("base=a..b", {"kind": Kind.NOT_A_BRANCH, "word": "a..b"}),
        ("model=a;b", {"kind": Kind.NOT_A_MODEL, "word": "a;b"}),
        ("at=2026-11-22", {"kind": Kind.NOT_A_TIME, "word": "2026-11-22"}),
        ("at=tomorrow", {"kind": Kind.NOT_A_TIME, "word": "tomorrow"}),
        ("at=2026-11-22 08:00", unknown_key("08:00")),
    ],
)
def test_wrong_lines(words: str, facts: dict[str, Any]) -> None:
    assert parse_line(f"/orchestra start {words}") == Refusal(**facts, usage=Start.usage)
