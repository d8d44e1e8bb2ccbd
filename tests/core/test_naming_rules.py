"""What a ruleset's pattern says of a branch's name."""

import pytest

from bot.core.model.observations import NamePattern

NAME = "orchestra/epic-1/task-1-abc"


@pytest.mark.parametrize(
    ("operator", "pattern", "negate", "refuses"),
    [
        ("starts_with", "orchestra/", False, False),
        ("starts_with", "feature/", False, True),
        ("starts_with", "orchestra/", True, True),
        ("ends_with", "-abc", False, False),
        ("ends_with", "-xyz", True, False),
        ("contains", "task", False, False),
        ("contains", "topic", False, True),
        ("regex", ".*", False, None),
        ("made_up", "", True, None),
    ],
)
def test_a_pattern_refuses_a_name_or_not(
    operator: str, pattern: str, negate: bool, refuses: bool | None
) -> None:
    found = NamePattern(operator=operator, pattern=pattern, negate=negate)
    assert found.refuses(NAME) is refuses
