"""What people read about money."""

from collections.abc import Iterator
from dataclasses import replace

from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.money import DOLLAR, Micros
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Pause, PauseKind
from bot.core.model.settings import EpicSettings
from bot.rendering.epic_view import epic_view
from bot.rendering.messages import message_comment
from tests.pictures.many_tasks import comment, priced
from tests.rendering.facts import LATER, MERGED, OPEN, at, epic, paused

_BUDGET = Micros(10 * DOLLAR)


def money() -> Iterator[tuple[str, str]]:
    """Yield the comments by their pictures' names."""
    settings = EpicSettings(epic_budget=_BUDGET)
    tasks = (priced(MERGED, 620), LATER)
    for limit in ("task", "epic", "month"):
        task = 3 if limit == "task" else None
        pause = Pause(kind=PauseKind.BUDGET, limit=limit, budget=_BUDGET, task=task)
        facts = paused(pause=pause, tasks=tasks, settings=settings)
        yield f"progress-paused-by-{limit}-budget", comment(facts)
        told = Message(kind=MessageKind.PAUSED, to=Login("octocat"), pause=pause)
        yield f"paused-by-{limit}-budget", message_comment(told, epic_view(facts, at(20)), "p")
    facts = epic(*tasks, settings=settings)
    amounts = (Micros(8_200_000), _BUDGET)
    notice = Notice(kind=NoticeKind.BUDGET_WARNING, amounts=amounts)
    warning = Message(kind=MessageKind.BUDGET_WARNING, to=Login("octocat"), notice=notice)
    yield "budget-warning", message_comment(warning, epic_view(facts, at(20)), "b")
    ended = {"status": EpicStatus.COMPLETED, "ended_at": at(18), "settings": settings}
    second = replace(OPEN, status=TaskStatus.COMPLETED, merge_sha=MERGED.merge_sha, ended_at=at(18))
    done = epic(priced(MERGED, 620), priced(second, 240), **ended)
    report = Message(kind=MessageKind.COMPLETED, to=Login("octocat"))
    yield "report", message_comment(report, epic_view(done, at(20)), "r")
