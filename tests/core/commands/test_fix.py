import pytest

from bot.core.commands import CommandMistake, Fix, parse_line


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("2 Use the logger", Fix(2, "Use the logger")),
        ("Use the logger", Fix(None, "Use the logger")),
        ("  2   Use \t it ", Fix(2, "Use it")),
        ("2 3 tests fail", Fix(2, "3 tests fail")),
        ("#2 is wrong", Fix(None, "#2 is wrong")),
        ("2nd try", Fix(None, "2nd try")),
        ("2 `a | b` by @octocat", Fix(2, "`a | b` by @octocat")),
        ("2 a<!-- b -->c", Fix(2, "ac")),
        ("2 " + "x" * 5_000, Fix(2, "x" * 5_000)),
    ],
)
def test_right_lines(words: str, command: Fix) -> None:
    assert parse_line(f"/orchestra fix {words}") == command


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "fix needs words for the agent."),
        ("2", "fix needs words for the agent."),
        ("2 <!-- b -->", "fix needs words for the agent."),
        ("0 it", "“0” is not a task's number (1 to 9999)."),
        ("10000 it", "“10000” is not a task's number (1 to 9999)."),
        ("2 " + "x" * 5_001, "The text has 5,001 characters; up to 5,000 are taken."),
    ],
)
def test_wrong_lines(words: str, message: str) -> None:
    assert parse_line(f"/orchestra fix {words}") == CommandMistake(message, None, "fix [N] TEXT")
