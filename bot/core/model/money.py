"""Money: amounts in millionths of a US dollar, so that adding them up loses nothing."""

import re
from dataclasses import dataclass
from typing import NewType

Micros = NewType("Micros", int)
"""Millionths of a US dollar."""

DOLLAR = 1_000_000
MAX_DOLLARS = 100_000
_AMOUNT = re.compile(r"\$?([0-9]{1,6})(?:\.([0-9]{1,6}))?")


def dollars(text: str) -> Micros | None:
    """Return the amount of US dollars that the text is (`4`, `4.50`, `$4`), if it is one.

    At most 100,000, with at most six digits after the point.
    """
    found = _AMOUNT.fullmatch(text)
    if not found:
        return None
    micros = int(found[1]) * DOLLAR + int((found[2] or "").ljust(6, "0"))
    return Micros(micros) if micros <= MAX_DOLLARS * DOLLAR else None


def dollars_text(amount: Micros) -> str:
    """Return the amount as `dollars` reads it, without digits that say nothing."""
    whole, rest = divmod(amount, DOLLAR)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What one run of an agent costs.

    `reserved` is set aside for the prompt it is at work on, in the budget of `month` (`2026-11`,
    UTC); `spent` is what its ended prompts have cost. `told` is what the provider says, since the
    latest of them was given, that all have cost; without it, it is minutes times a price.
    `reported`: `spent` is the provider's.
    """

    reserved: Micros = Micros(0)
    spent: Micros = Micros(0)
    month: str | None = None
    told: Micros | None = None
    reported: bool = False


@dataclass(frozen=True, kw_only=True)
class Money:
    """An epic's money as a whole; `raised` is what `budget +N` added to the settings' budget.

    `warned`: people know that most of it is spent.
    """

    raised: Micros = Micros(0)
    warned: bool = False
