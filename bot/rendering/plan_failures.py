"""Words for why there is no plan."""

from bot.core.model.plan import PlanFailure
from bot.core.model.plan import PlanFailureKind as Kind
from bot.core.prompts.wrong_answers import wrong_text
from bot.rendering.style import MARKDOWN, Style

_FAILURES = {
    Kind.WRONG_ANSWER: "The language model's answer couldn't be used, three times in a row. The"
    " last time: {wrong}",
    Kind.DECLINED: "The language model declines to write a plan{saying}.",
    Kind.SERVICE_REFUSED: "{service} refused the request{saying}.",
    Kind.NOTHING_NEW: "The language model proposes no task that isn't in the checklist already.",
    Kind.CHECKLIST_FULL: "The checklist is full: an epic can have up to {limit} open tasks.",
    Kind.NO_PLACE: "I can't add lines to this issue's text: they wouldn't be read as tasks there.",
    Kind.NOT_WRITTEN: "GitHub didn't let me write the plan into the issue{saying}.",
    Kind.INTERNAL: "An error in Orchestra itself kept me from writing a plan. The operator of this"
    " server finds it in the log.",
}


def plan_failure_text(failure: PlanFailure, style: Style = MARKDOWN) -> str:
    """Return why there is no plan, as a sentence or two."""
    words = {
        "wrong": style.text(wrong_text(failure.wrong)) if failure.wrong else "",
        "service": style.text(failure.service or "The service"),
        "saying": style.saying(failure.quote),
        "limit": failure.limit,
    }
    return _FAILURES[failure.kind].format_map(words)
