"""What people read about a plan."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.core.model.identifiers import EpicStatus, Login
from bot.core.model.messages import Message, MessageKind
from bot.core.model.options import TaskOptions
from bot.core.model.plan import (
    Plan,
    PlanFailure,
    PlanFailureKind,
    PlannedTask,
    PlanStage,
    Wrong,
    WrongKind,
)
from bot.core.model.settings import Complexity
from bot.core.text.planned import with_tasks
from bot.rendering.epic_view import epic_view
from bot.rendering.messages import message_comment
from tests.pictures.many_tasks import comment
from tests.rendering.facts import at, pending

_TASKS = (
    PlannedTask(
        title="Move prices into a table of their own",
        description="Add the table and a migration.\n\nDone when:\n\n- Old prices are kept.",
        options=TaskOptions(complexity=Complexity.MEDIUM),
    ),
    PlannedTask(
        title="Show totals in both currencies",
        description="Change `receipt.py`.\n\nDone when:\n\n- A test shows both.",
        options=TaskOptions(complexity=Complexity.SIMPLE, after=(1,)),
    ),
)
_WISH = "We want to sell things abroad.\n"
_WRONG = Wrong(kind=WrongKind.SAME, task=2, other=1)
_FAILURES: dict[PlanFailureKind, dict[str, Any]] = {
    PlanFailureKind.WRONG_ANSWER: {"wrong": _WRONG},
    PlanFailureKind.DECLINED: {"quote": "I can't help with that."},
    PlanFailureKind.SERVICE_REFUSED: {
        "service": "OpenAI",
        "quote": "The model `o9` does not exist.",
    },
    PlanFailureKind.CHECKLIST_FULL: {"limit": 50},
    PlanFailureKind.NOT_WRITTEN: {"quote": "Issues are disabled for this repo"},
}


def planning() -> Iterator[tuple[str, str]]:
    """Yield the comments by their pictures' names."""
    asked = Plan(key="p", stage=PlanStage.ASKED, asked_by=Login("octocat"), asked_at=at(1))
    proposed = replace(asked, stage=PlanStage.PROPOSED, tasks=_TASKS)
    failed = {f"failed-{kind}": _failed(asked, kind) for kind in PlanFailureKind}
    planned = {"body": _WISH, "status": EpicStatus.GENERATING_SPEC}
    yield "progress-plan-asked", comment(pending(**planned, plan=asked))
    yield "progress-plan-proposed", comment(pending(**planned, plan=proposed))
    yield "progress-plan-failed", comment(pending(body=_WISH, plan=failed["failed-wrong_answer"]))
    accepted = replace(proposed, stage=PlanStage.ACCEPTED)
    yield "progress-plan-accepted", comment(pending(body=with_tasks(_WISH, _TASKS), plan=accepted))
    for name, plan in {"proposed": proposed, **failed}.items():
        message = Message(kind=MessageKind.PLAN, to=Login("octocat"), plan=plan)
        view = epic_view(pending(body=_WISH, plan=plan), at(20))
        yield f"plan-{name.replace('_', '-')}", message_comment(message, view, "p")


def _failed(plan: Plan, kind: PlanFailureKind) -> Plan:
    failure = PlanFailure(kind=kind, **_FAILURES.get(kind, {}))
    return replace(plan, stage=PlanStage.FAILED, failure=failure)
