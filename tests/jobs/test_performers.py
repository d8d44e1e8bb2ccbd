from bot.core.decide import HANDLERS
from bot.core.effects import EFFECT_KINDS
from bot.core.events import EVENT_KINDS
from jobs.perform.carry_out import PERFORMERS


def test_every_kind_of_effect_can_be_carried_out_and_recognised() -> None:
    assert set(PERFORMERS) == set(EFFECT_KINDS.values())


def test_every_kind_of_event_is_decided_on() -> None:
    assert set(HANDLERS) == set(EVENT_KINDS.values())
