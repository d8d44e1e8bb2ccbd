"""How long a limit is waited for."""

import pytest

from jobs.engine.backoff import limited_seconds


@pytest.mark.parametrize(
    ("told", "refused", "seconds"),
    [
        (60, 0, 60),
        (60, 3000, 60),
        (15, 3000, 15),
        (1, 0, 1),
        (1, 1, 1),
        (1, 240, 240),
        (0, 0, 1),
        (5, 2, 5),
        (1, 9999, 600),
        (None, 0, 15),
        (None, 100, 100),
        (None, 9999, 600),
    ],
)
def test_a_limit_that_tells_next_to_nothing_grows(
    told: float | None, refused: float, seconds: float
) -> None:
    assert limited_seconds(told, refused, least=15, most=600) == seconds
