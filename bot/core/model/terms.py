"""What the operator and the agents' provider lay down for all epics alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.model.money import Micros


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What an agent costs by the minute, and how many there may be.

    Where no model has a price, money is not counted.
    `max_agents` counts those of one credential, over all epics; None is no limit.
    `month_cap` is what all repositories together may spend in a month (UTC). `can_plan`: there is a
    key for a language model.
    """

    prices: Mapping[str, Micros] = field(default_factory=dict)
    max_agents: int | None = None
    month_cap: Micros | None = None
    can_plan: bool = False

    def price(self, model: str | None) -> Micros:
        """Return the price of a minute; a model without one is priced as the dearest."""
        known = self.prices.get(model) if model is not None else None
        return known if known is not None else max(self.prices.values(), default=Micros(0))
