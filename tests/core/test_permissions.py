import pytest

from bot.core.permissions import may_command


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        ("admin", True),
        ("maintain", True),
        ("write", True),
        ("triage", False),
        ("read", False),
        ("none", False),
        ("", False),
        ("owner", False),
        ("ADMIN", False),
    ],
)
def test_write_permission_is_what_it_takes(permission: str, allowed: bool) -> None:
    assert may_command(permission) is allowed
