import pytest

from bot.core.commands.fix import Fix
from bot.core.commands.parsing import parse_line
from bot.core.model.refusals import Refusal
from bot.core.model.refusals import RefusalKind as Kind


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("2 Use the logger", Fix(2, "Use the logger")),
        ("Use the logger", Fix(None, "Use the logger")),
        ("  2   Use \t it ", Fix(2, "Use it")),
        ("2 3 tests fail", Fix(2, "3 tests fail")),
        ("#2 is wrong", Fix(None, "#2 is wrong")),
        ("2. Use the logger", Fix(2, "Use the logger")),
        ("2: Use the logger", Fix(2, "Use the logger")),
        ("task #2: use the logger", Fix(2, "use the logger")),
        ("2nd try", Fix(None, "2nd try")),
        ("2 `a | b` by @octocat", Fix(2, "`a | b` by @octocat")),
        ("2 a<!-- b -->c", Fix(2, "ac")),
        ("2 " + "x" * 5_000, Fix(2, "x" * 5_000)),
    ],
)
def test_right_lines(words: str, command: Fix) -> None:
    assert parse_line(f"/orchestra fix {words}") == command


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        *(
            (words, Refusal(kind=Kind.NO_INSTRUCTION, usage=Fix.usage))
            for words in ("", "2", "2 <!-- b -->")
        ),
        *(
            (
                f"{number} it",
                Refusal(kind=Kind.NOT_A_TASK_NUMBER, word=number, limit=9999, usage=Fix.usage),
            )
            for number in ("0", "10000")
        ),
        (
            "2 " + "x" * 5_001,
            Refusal(kind=Kind.INSTRUCTION_TOO_LONG, count=5_001, limit=5_000, usage=Fix.usage),
        ),
    ],
)
def test_wrong_lines(words: str, refusal: Refusal) -> None:
    assert parse_line(f"/orchestra fix {words}") == refusal
