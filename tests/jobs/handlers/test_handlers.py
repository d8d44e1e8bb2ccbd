from bot.core.effects import EFFECT_KINDS, OpenRevert, PostComment, ReplyToThread, RerunJobs
from bot.core.events import EVENT_KINDS
from bot.core.transitions import HANDLERS
from jobs.engine.executor import PERFORMERS
from jobs.engine.handler import do_it_again


def test_every_kind_of_effect_can_be_carried_out_and_recognised() -> None:
    assert set(PERFORMERS) == set(EFFECT_KINDS.values())


def test_what_must_not_happen_twice_is_looked_for_first() -> None:
    once = {kind for kind in EFFECT_KINDS.values() if kind.irreversible}
    once |= {PostComment, ReplyToThread, OpenRevert, RerunJobs}
    assert not {kind for kind in once if PERFORMERS[kind].recognise is do_it_again}


def test_every_kind_of_event_is_decided_on() -> None:
    assert set(HANDLERS) == set(EVENT_KINDS.values())
