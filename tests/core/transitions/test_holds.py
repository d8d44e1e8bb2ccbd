"""Why a service is left alone, and since when."""

from bot.core.events import Throttled
from bot.core.model.reasons import Hold, HoldKind
from tests.core.transitions.scenes import NOW, after, epic, later

REFUSED = Throttled(
    service="Cursor", until=later(60), reason=HoldKind.UNAUTHORIZED, quote="Invalid User API Key"
)


def test_what_was_not_even_asked_changes_no_reason() -> None:
    held = after(epic(), REFUSED).epic
    again = after(held, Throttled(service="Cursor", until=later(60)), now=later(30)).epic
    assert again.hold == held.hold
    assert again.hold is not None
    assert again.hold.quote == "Invalid User API Key"


def test_the_time_of_one_service_is_not_the_others() -> None:
    held = after(epic(), REFUSED).epic
    limit = Throttled(service="GitHub", until=later(90), reason=HoldKind.LIMITED, quote="slow")
    assert after(held, limit, now=later(50)).epic.hold == Hold(
        service="GitHub", kind=HoldKind.LIMITED, since=later(50), quote="slow"
    )


def test_a_break_begins_anew() -> None:
    held = after(epic(), REFUSED).epic
    since = [
        after(held, REFUSED, now=later(seconds)).epic.hold.since  # type: ignore[union-attr]
        for seconds in (60 + 119, 60 + 120)
    ]
    assert since == [NOW, later(180)]
