from datetime import UTC, datetime

import pytest

from bot.core.commands import CommandMistake, Start, parse_line

_TAKES = "it takes base, model and at"
_TIME = "is not a date and time as in 2026-11-22T08:00+01:00 (without the offset it is UTC's)"


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


@pytest.mark.parametrize(
    ("words", "message", "nearest"),
    [
        ("bse=dev", f"start does not know “bse”; {_TAKES}.", "start base=dev"),
        ("bse=dev model=o3", f"start does not know “bse”; {_TAKES}.", "start base=dev model=o3"),
        ("bse=a base=b", f"start does not know “bse”; {_TAKES}.", None),
        ("bse=a..b", f"start does not know “bse”; {_TAKES}.", None),
        ("bse=" + "x" * 200, f"start does not know “bse”; {_TAKES}.", None),
        ("now", f"start does not know “now”; {_TAKES}.", None),
        ("budget=4", f"start does not know “budget”; {_TAKES}.", None),
        ("base", "base needs a value, as in base=…", None),
        ("base=", "base needs a value, as in base=…", None),
        ("base=a base=b", "base is given twice.", None),
        ("base=a..b", "“a..b” cannot be a branch.", None),
        ("model=a;b", "“a;b” cannot be a model.", None),
        ("at=2026-11-22", f"“2026-11-22” {_TIME}.", None),
        ("at=tomorrow", f"“tomorrow” {_TIME}.", None),
        ("at=2026-11-22 08:00", f"start does not know “08:00”; {_TAKES}.", None),
    ],
)
def test_wrong_lines(words: str, message: str, nearest: str | None) -> None:
    mistake = CommandMistake(message, nearest, Start.usage)
    assert parse_line(f"/orchestra start {words}") == mistake
