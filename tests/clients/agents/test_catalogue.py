from bot.clients.agents.provider import Catalogue
from bot.core.model.money import Micros

CATALOGUE = Catalogue(
    aliases={"nick": "nicholas", "x": "unpriced"},
    prices={"nicholas": Micros(50), "dear": Micros(900)},
    fallback="dear",
)


def test_an_alias_costs_what_its_model_does() -> None:
    assert CATALOGUE.priced({}) == {"nicholas": 50, "dear": 900, "nick": 50}
    assert CATALOGUE.priced({"nicholas": Micros(70)})["nick"] == 70
    assert CATALOGUE.priced({"nick": Micros(1)})["nick"] == 1
