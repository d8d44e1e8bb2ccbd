"""A checklist asked of a language model: proposed, accepted, written into the issue."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.core.effects import PLANNING, AskPlan, WritePlan
from bot.core.events import IssueText, PlanAnswered, PlanNotWritten, PlanRefused, PlanWritten
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, Login
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.plan import Plan, PlanFailure, PlanFailureKind, PlanStage, Wrong, WrongKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.settings import TaskSource
from bot.core.text.checklist import MAX_TASKS, parse_checklist
from bot.core.text.plan_answer import WrongAnswerError, read_plan
from bot.core.text.planned import missing_from
from bot.core.text.references import listed_tasks, listed_titles
from bot.core.transitions import mentions
from bot.core.transitions.epic.approved_text import what_agents_get
from bot.core.transitions.epic.checklist import follow, wrong_order
from bot.core.transitions.epic.plan_lines import new_lines, with_plan
from bot.core.transitions.epic.start import time_has_come
from bot.core.transitions.states import plan_state
from bot.core.transitions.transition import Transition, quoted

# A model is asked so often, the first time included, where its answers cannot be used.
MAX_ATTEMPTS = 3
# The command that continues with new tasks, where one has to be given.
_GOES_ON: Mapping[EpicStatus, tuple[str, ...]] = MappingProxyType(
    {EpicStatus.ACTIVE: (), EpicStatus.PAUSED: ("resume",)}
)
_NOT_STARTED = (EpicStatus.PENDING, EpicStatus.GENERATING_SPEC)


def plan_digest(epic: Epic) -> str:
    """Return what tells the approved text from any other, ticks apart."""
    known = (epic.title, what_agents_get(parse_checklist(epic.body)))
    return hashlib.sha256(repr(known).encode()).hexdigest()[:16]


def cannot_plan(transition: Transition) -> Refusal | None:
    """Refuse where nobody can be asked, or what is there is not understood, or there is no room."""
    epic = transition.epic
    if epic.settings.task_source is TaskSource.SUB_ISSUES:
        return Refusal(kind=RefusalKind.TASKS_ARE_SUB_ISSUES)
    if not transition.terms.can_plan:
        return Refusal(kind=RefusalKind.NO_LANGUAGE_MODEL)
    if epic.settings_mistakes:
        mistakes = epic.settings_mistakes
        return Refusal(kind=RefusalKind.SETTINGS_MISTAKES, settings_mistakes=mistakes)
    if epic.mistakes:
        return Refusal(kind=RefusalKind.CHECKLIST_MISTAKES, mistakes=epic.mistakes)
    if _room(epic) < 1:
        return Refusal(kind=RefusalKind.CHECKLIST_FULL, limit=MAX_TASKS)
    return None


def ask(transition: Transition, plan: Plan) -> None:
    """Ask a language model; what was asked before, and proposed but not accepted, is dropped."""
    transition.cancel_pending(PLANNING)
    transition.update_epic(plan=plan)
    transition.log(Notice(kind=NoticeKind.PLAN_ASKED, by=plan.asked_by))
    _emit(transition, plan)


def _emit(transition: Transition, plan: Plan, wrong: Wrong | None = None) -> None:
    transition.emit(
        AskPlan(
            plan=plan.key,
            attempt=plan.attempt,
            instruction=plan.instruction,
            model=transition.epic.settings.plan_model,
            wrong=wrong,
        )
    )


def answered(transition: Transition, event: PlanAnswered) -> None:
    """Propose what the model answers; ask again, at most twice, where that cannot be used."""
    plan, epic = transition.epic.plan, transition.epic
    if plan is None or not _is_awaited(plan, event.plan, event.attempt):
        return
    if event.refusal is not None:
        failure = PlanFailure(kind=PlanFailureKind.DECLINED, quote=quoted(event.refusal))
        _fail(transition, plan, failure)
        return
    if _room(epic) < 1:
        _fail(transition, plan, PlanFailure(kind=PlanFailureKind.CHECKLIST_FULL, limit=MAX_TASKS))
        return
    try:
        if event.is_cut_off:
            raise WrongAnswerError(Wrong(kind=WrongKind.CUT_OFF))
        tasks = read_plan(event.answer, _titles(epic), _room(epic))
    except WrongAnswerError as error:
        _ask_again(transition, plan, error.wrong)
        return
    plan = replace(plan, tasks=tasks)
    if plan.new_tasks:
        _propose(transition, plan)
    else:
        _fail(transition, plan, PlanFailure(kind=PlanFailureKind.NOTHING_NEW))


def _is_awaited(plan: Plan, key: str, attempt: int) -> bool:
    return (plan.key, plan.attempt, plan.stage) == (key, attempt, PlanStage.ASKED)


def _room(epic: Epic) -> int:
    """Return how many tasks may be added."""
    left = MAX_TASKS - parse_checklist(epic.body).open_count
    return min(epic.settings.plan_max_tasks, left)


def _titles(epic: Epic) -> list[str]:
    """Return what the tasks that are listed are called."""
    return listed_titles(epic.body, epic.referenced, epic.repository)


def _ask_again(transition: Transition, plan: Plan, wrong: Wrong) -> None:
    if plan.attempt >= MAX_ATTEMPTS:
        _fail(transition, plan, PlanFailure(kind=PlanFailureKind.WRONG_ANSWER, wrong=wrong))
        return
    plan = replace(plan, attempt=plan.attempt + 1)
    transition.update_epic(plan=plan)
    transition.log(Notice(kind=NoticeKind.PLAN_ASKED_AGAIN, wrong=wrong, count=plan.attempt))
    _emit(transition, plan, wrong)


def refused(transition: Transition, event: PlanRefused) -> None:
    """Say why there is no plan: the service would refuse it again."""
    plan = transition.epic.plan
    if plan is not None and _is_awaited(plan, event.plan, event.attempt):
        failure = PlanFailure(
            kind=PlanFailureKind.SERVICE_REFUSED,
            service=event.service,
            quote=quoted(event.reason),
        )
        _fail(transition, plan, failure)


def gave_up(transition: Transition) -> None:
    """End a plan that we failed on ourselves; whoever asked hears of it as of any such fault."""
    plan = transition.epic.plan
    if plan is not None and plan.stage in (PlanStage.ASKED, PlanStage.ACCEPTED):
        failure = PlanFailure(kind=PlanFailureKind.INTERNAL)
        transition.update_epic(plan=replace(plan, stage=PlanStage.FAILED, failure=failure))


def _fail(transition: Transition, plan: Plan, failure: PlanFailure) -> None:
    plan = replace(plan, stage=PlanStage.FAILED, failure=failure, starts=False)
    transition.update_epic(plan=plan)
    transition.log(Notice(kind=NoticeKind.PLAN_FAILED, plan_failure=failure))
    mentions.call(transition, plan_state(plan))


def _propose(transition: Transition, plan: Plan) -> None:
    """Show the plan, and take it at once where `start` asked for it and the settings say so.

    Into a checklist that has mistakes by now, nothing is written before a person has seen to it.
    """
    epic = transition.epic
    plan = replace(
        plan,
        stage=PlanStage.PROPOSED,
        digest=plan_digest(epic),
        proposed_at=transition.now,
        starts=plan.starts and epic.settings.plan_auto_start and not epic.mistakes,
    )
    transition.update_epic(plan=plan)
    transition.log(Notice(kind=NoticeKind.PLAN_PROPOSED, count=len(plan.new_tasks)))
    shown = replace(plan, tasks=new_lines(epic, epic.body, plan.tasks))
    mentions.call(transition, plan_state(shown))
    if plan.starts and (refusal := _take(transition, plan, plan.asked_by)):
        is_full = refusal.kind is RefusalKind.CHECKLIST_FULL
        kind = PlanFailureKind.CHECKLIST_FULL if is_full else PlanFailureKind.NO_PLACE
        _fail(transition, plan, PlanFailure(kind=kind, limit=refusal.limit))


def accept(transition: Transition, by: Login, at: datetime | None) -> Notice | Refusal:
    """Take over exactly the plan that was shown, or say why not; `at` is when that was said."""
    plan = transition.epic.plan
    if plan is None or plan.stage is PlanStage.FAILED:
        return cannot_plan(transition) or Refusal(kind=RefusalKind.NO_PLAN)
    if plan.stage is not PlanStage.PROPOSED:
        is_asked = plan.stage is PlanStage.ASKED
        kind = RefusalKind.PLAN_NOT_READY if is_asked else RefusalKind.PLAN_ALREADY_ACCEPTED
        return Refusal(kind=kind)
    if _is_earlier(at, plan.proposed_at):
        return Refusal(kind=RefusalKind.PLAN_JUST_PROPOSED)
    epic = transition.epic
    if plan.digest != plan_digest(epic) or not mentions.was_told(epic, plan_state(plan)):
        return _show_again(transition, plan)
    if refusal := _take(transition, plan, by):
        return refusal
    return Notice(
        kind=NoticeKind.PLAN_ACCEPTED,
        by=by,
        count=len(plan.new_tasks),
        names=_GOES_ON.get(epic.status, ("start",)),
    )


def _is_earlier(at: datetime | None, moment: datetime | None) -> bool:
    """Return whether it was said before that moment; GitHub tells whole seconds."""
    return at is not None and moment is not None and at < moment.replace(microsecond=0)


def _show_again(transition: Transition, plan: Plan) -> Refusal:
    """Show what is left of the plan beside the text as it is now, which is yet to be accepted."""
    left = missing_from(_titles(transition.epic), plan.tasks)
    if not left:
        transition.update_epic(plan=None)
        return Refusal(kind=RefusalKind.NO_PLAN)
    tasks = tuple(replace(task, is_listed=task not in left) for task in plan.tasks)
    _propose(transition, replace(plan, tasks=tasks, starts=False))
    return Refusal(kind=RefusalKind.PLAN_OUTDATED)


def _take(transition: Transition, plan: Plan, by: Login) -> Refusal | None:
    """Make the plan a part of the approved text, and have it written into the issue."""
    epic = transition.epic
    body, count = with_plan(epic, epic.body, plan.tasks), len(plan.new_tasks)
    if body is None:
        full = parse_checklist(epic.body).open_count + count > MAX_TASKS
        kind = RefusalKind.CHECKLIST_FULL if full else RefusalKind.NO_PLACE_IN_CHECKLIST
        return Refusal(kind=kind, limit=MAX_TASKS)
    checklist = listed_tasks(body, epic.referenced, epic.repository)
    if mistakes := epic.mistakes or checklist.mistakes or wrong_order(epic, checklist):
        return Refusal(kind=RefusalKind.CHECKLIST_MISTAKES, mistakes=mistakes)
    plan = replace(plan, stage=PlanStage.ACCEPTED)
    transition.update_epic(body=body, plan=plan)
    if epic.tasks:
        follow(transition, checklist.items)
    transition.emit(WritePlan(plan=plan.key, tasks=plan.tasks))
    transition.log(Notice(kind=NoticeKind.PLAN_ACCEPTED, by=by, count=count))
    return None


def written(transition: Transition, event: PlanWritten) -> None:
    """Note that the issue has the plan, and begin the epic where `start` has asked for that."""
    plan = _accepted(transition, event.plan)
    if plan is None:
        return
    _update(transition, plan, stage=PlanStage.WRITTEN, written_at=transition.now, starts=False)
    transition.log(Notice(kind=NoticeKind.PLAN_WRITTEN))
    epic = transition.epic
    if plan.starts and epic.status in _NOT_STARTED and not epic.mistakes:
        follow(transition, parse_checklist(epic.body).items)
        start_at = max(plan.start_at or transition.now, transition.now)
        transition.update_epic(start_at=start_at, started_by=plan.asked_by)
        time_has_come(transition)


def not_written(transition: Transition, event: PlanNotWritten) -> None:
    """Say that the issue is without the plan."""
    plan = _accepted(transition, event.plan)
    if plan is None:
        return
    kind = PlanFailureKind.NO_PLACE
    if event.full:
        kind = PlanFailureKind.CHECKLIST_FULL
    elif event.reason is not None:
        kind = PlanFailureKind.NOT_WRITTEN
    quote = quoted(event.reason) if event.reason is not None else None
    _fail(transition, plan, PlanFailure(kind=kind, quote=quote, limit=MAX_TASKS))


def _accepted(transition: Transition, key: str) -> Plan | None:
    plan = transition.epic.plan
    is_it = plan is not None and plan.key == key and plan.stage is PlanStage.ACCEPTED
    return plan if is_it else None


def _update(transition: Transition, plan: Plan, **facts: Any) -> None:
    transition.update_epic(plan=replace(plan, **facts))


def with_lines_to_come(epic: Epic, text: IssueText, at: datetime | None) -> IssueText:
    """Return the text, as it was `at` that time, with an accepted plan that it could not have."""
    plan = epic.plan
    if plan is None:
        return text
    is_late = plan.stage is PlanStage.WRITTEN and _is_earlier(at, plan.written_at)
    if plan.stage is not PlanStage.ACCEPTED and not is_late:
        return text
    return replace(text, body=with_plan(epic, text.body, plan.tasks) or text.body)


def forget_start(transition: Transition) -> None:
    """Begin nothing by itself any more once the plan is there."""
    plan = transition.epic.plan
    if plan is not None and plan.starts:
        _update(transition, plan, starts=False)


def settle(transition: Transition) -> None:
    """Show an epic that has not begun, and has no task but a plan to come, as being planned."""
    epic = transition.epic
    if epic.plan is None or epic.status not in _NOT_STARTED:
        return
    is_planned = epic.plan.is_open and not parse_checklist(epic.body).items
    status = EpicStatus.GENERATING_SPEC if is_planned else EpicStatus.PENDING
    if status is not epic.status:
        transition.update_epic(status=status)
