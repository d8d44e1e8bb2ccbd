from datetime import UTC, datetime

import pytest

from bot.core.commands.arguments import is_branch_name, moment


@pytest.mark.parametrize("name", ["main", "feature/x-1", "a.b", "épique", "a@b", "-".join("ab")])
def test_branch_names(name: str) -> None:
    assert is_branch_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "@",
        "HEAD",
        "-x",
        "/x",
        "x/",
        "a//b",
        "a..b",
        ".a",
        "a/.b",
        "a.lock",
        "a.lock/b",
        "a.",
        "a b",
        "a~b",
        "a^b",
        "a:b",
        "a?b",
        "a*b",
        "a[b",
        "a\\b",
        "a@{b",
        "a\x7fb",
        "x" * 245,
        "",
    ],
)
def test_names_that_git_refuses(name: str) -> None:
    assert not is_branch_name(name)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2026-11-22T08:00", 8, 0),
        ("2026-11-22T08:00Z", 8, 0),
        ("2026-11-22t08:00z", 8, 0),
        ("2026-11-22T08:00:00.000", 8, 0),
        ("2026-11-22T08:00+01:00", 7, 0),
        ("2026-11-22T08:00+0100", 7, 0),
        ("2026-11-22T08:00+01", 7, 0),
        ("2026-11-21T22:45-05:30", 4, 15),
    ],
)
def test_moments(text: str, hour: int, minute: int) -> None:
    read = moment(text)
    assert read == datetime(2026, 11, 22, hour, minute, tzinfo=UTC)
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22",
        "2026-11-22T08",
        "2026-11-22 08:00",
        "20261122T0800",
        "2026-W47-7T08:00",
        "2026-11-31T08:00",
        "2026-11-22T24:00",
        "2026-11-22T08:00+24:00",
        "2026-11-22T08:00Europe/Berlin",
        "٢٠٢٦-11-22T08:00",
        "0001-01-01T00:00+01:00",
        "9999-12-31T23:59-01:00",
        "tomorrow",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    assert moment(text) is None
