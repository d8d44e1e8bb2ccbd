from structlog.testing import capture_logs

from bot.web.answers import RequestError
from bot.web.refusal_log import INTERVAL, RefusalLog


def test_a_wrong_secret_is_named_once_a_minute_whoever_sends_how_many() -> None:
    time = 0.0
    refusals = RefusalLog("GITHUB_WEBHOOK_SECRET", now=lambda: time)
    with capture_logs() as lines:
        for number in range(100):
            refusals.note(RequestError(401, f"the signature is wrong {number}"))
        refusals.note(RequestError(413, "too large"))
        time = INTERVAL
        refusals.note(RequestError(401, "the signature is wrong"))
    assert [(line["reason"], line["setting"], line["more_since_last_line"]) for line in lines] == [
        ("the signature is wrong 0", "GITHUB_WEBHOOK_SECRET", None),
        ("too large", None, None),
        ("the signature is wrong", "GITHUB_WEBHOOK_SECRET", 99),
    ]
