import pytest

from bot.core.model.money import Micros, dollars
from bot.core.model.terms import Terms


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("4", 4_000_000),
        ("$4", 4_000_000),
        ("4.5", 4_500_000),
        ("0.000001", 1),
        ("100000", 100_000_000_000),
        ("100001", None),
        ("-4", None),
        ("4,50", None),
        ("1e3", None),
        ("", None),
        ("\u0664", None),
    ],
)
def test_amounts_are_plain_dollars(text: str, micros: int | None) -> None:
    assert dollars(text) == micros


def test_a_model_without_a_price_costs_as_much_as_the_dearest() -> None:
    terms = Terms(prices={"small": Micros(50_000), "large": Micros(200_000)})
    assert terms.price("small") == 50_000
    assert terms.price("unheard-of") == terms.price(None) == 200_000
