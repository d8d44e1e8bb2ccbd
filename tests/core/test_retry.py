import pytest

from bot.core.retry import MAX_DELAY, delay

SALTS = [f"epic/1/{attempt}" for attempt in range(50)]


@pytest.mark.parametrize(
    ("used", "middle"), [(0, 5), (1, 10), (2, 20), (3, 40), (6, 320), (7, 600), (1000, 600)]
)
def test_delays_double_up_to_ten_minutes_a_quarter_either_way(used: int, middle: float) -> None:
    delays = [delay(used, salt) for salt in SALTS]
    assert all(0.75 * middle <= seconds <= 1.25 * middle for seconds in delays)
    assert max(delays) - min(delays) > 0.25 * middle


def test_the_same_decision_comes_out_the_same() -> None:
    assert delay(1, "epic/1/2") == delay(1, "epic/1/2") != delay(1, "epic/1/3")


def test_the_longest_delay_is_ten_minutes() -> None:
    assert MAX_DELAY == 600
