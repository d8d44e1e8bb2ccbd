"""A plan as people are shown it: a change of the checklist, or why there is none."""

from collections.abc import Iterator

from bot.core.model.identifiers import TaskStatus
from bot.core.model.plan import Plan, PlanStage
from bot.core.model.plan import PlanFailureKind as Kind
from bot.core.model.ways import Way
from bot.core.text.issue_body import item_lines
from bot.core.text.planned import new_item
from bot.rendering.epic_view import EpicView
from bot.rendering.escape import alert, block, cut
from bot.rendering.plan_failures import plan_failure_text
from bot.rendering.ways import way_lines
from bot.rendering.words import tasks_word

_MAX_KNOWN = 200
ACCEPT = Way(verb="plan", argument="accept")
AGAIN = Way(verb="plan")
OTHERWISE = Way(verb="plan", argument="INSTRUCTIONS")


def plan_comment(plan: Plan, epic: EpicView) -> str:
    """Return the proposal as a diff of the checklist, or why there is none."""
    if plan.failure is not None:
        return f"{plan_failure_text(plan.failure)}\n\n{way_lines(_after_failure(plan))}".rstrip()
    return "\n\n".join(
        [
            f"This plan adds {tasks_word(len(plan.tasks))} to the checklist:",
            block("\n".join(_diff(plan, epic)), "diff"),
            "The settings say `plan.auto_start`, so the plan is being written into the issue, and"
            " the epic then starts."
            if plan.starts
            else way_lines((ACCEPT, OTHERWISE)),
        ]
    )


def _diff(plan: Plan, epic: EpicView) -> Iterator[str]:
    new = {task.title for task in plan.tasks}
    for task in epic.tasks:
        if task.title not in new:
            box = "x" if task.status is TaskStatus.COMPLETED else " "
            yield f" - [{box}] {cut(task.title, _MAX_KNOWN)}"
    for one in plan.tasks:
        for line in item_lines(new_item(one)):
            yield f"+{line}"


def _after_failure(plan: Plan) -> tuple[Way, ...]:
    full = plan.failure is not None and plan.failure.kind is Kind.CHECKLIST_FULL
    return () if full else (AGAIN, OTHERWISE)


def plan_news(epic: EpicView) -> Iterator[str]:
    """Yield how far the plan is, where a person waits for it or it waits for a person."""
    plan = epic.plan
    if plan is None:
        return
    if plan.stage is PlanStage.PROPOSED:
        text = f"**A plan is proposed:** {tasks_word(len(plan.new_tasks))}, in a comment below."
        yield alert("IMPORTANT", f"{text}\n\n{way_lines((ACCEPT, OTHERWISE))}")
    elif plan.failure is not None and not epic.tasks:
        text = f"**No plan:** {plan_failure_text(plan.failure)}"
        yield alert("IMPORTANT", f"{text}\n\n{way_lines(_after_failure(plan))}".rstrip())
    elif plan.stage is PlanStage.ASKED and epic.tasks:
        yield "Writing a plan for more tasks."
