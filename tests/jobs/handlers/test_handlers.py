from bot.core.effects import EFFECT_KINDS, OpenRevert, PostComment, ReplyToThread, RerunJobs
from bot.core.events import EVENT_KINDS
from bot.core.transitions.dispatch import HANDLERS as TRANSITIONS
from jobs.handlers.handler import safe_to_repeat
from jobs.handlers.registry import HANDLERS


def test_every_kind_of_effect_can_be_carried_out_and_recognised() -> None:
    assert set(HANDLERS) == set(EFFECT_KINDS.values())


def test_what_must_not_happen_twice_is_looked_for_first() -> None:
    once = {kind for kind in EFFECT_KINDS.values() if kind.irreversible}
    once |= {PostComment, ReplyToThread, OpenRevert, RerunJobs}
    assert not {kind for kind in once if HANDLERS[kind].already_applied is safe_to_repeat}


def test_every_kind_of_event_is_decided_on() -> None:
    assert set(TRANSITIONS) == set(EVENT_KINDS.values())
