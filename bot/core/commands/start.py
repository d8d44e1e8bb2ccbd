from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import (
    is_branch_name,
    is_model_name,
    key_values,
    moment,
    shortened,
    unknown_model,
)
from bot.core.commands.plan import asked
from bot.core.events import CommandGiven
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.known_base import KnownBase
from bot.core.model.money import Micros, dollars
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.plan import PlanStage
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.settings import Overrides
from bot.core.transitions.epic import planning
from bot.core.transitions.epic.approval import take_over
from bot.core.transitions.epic.pausing import requeue, take_over_base
from bot.core.transitions.epic.scheduling import forget_final_pull_request
from bot.core.transitions.epic.settings import base_for, override, set_budget
from bot.core.transitions.epic.start import begin
from bot.core.transitions.transition import Transition

_UNDONE = (TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.SKIPPED)


@dataclass(frozen=True)
class Start:
    """Begin the epic, on another base branch, with another model, budget or later if asked.

    `at` is in UTC, and may have passed.
    """

    verb: ClassVar[str] = "start"
    usage: ClassVar[str] = "start [base=B] [model=M] [budget=N] [at=TIME]"
    example: ClassVar[str] = "start base=develop"

    base: str | None = None
    model: str | None = None
    at: datetime | None = None
    budget: Micros | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        values = key_values(words, ("base", "model", "budget", "at"), cls.usage)
        if isinstance(values, Refusal):
            return values
        base, model, at = values.get("base"), values.get("model"), values.get("at")
        budget = dollars(values["budget"]) if "budget" in values else None
        if "budget" in values and budget is None:
            return _refused(RefusalKind.NOT_AN_AMOUNT, values["budget"])
        if base is not None and not is_branch_name(base):
            return _refused(RefusalKind.NOT_A_BRANCH, base)
        if model is not None and not is_model_name(model):
            return _refused(RefusalKind.NOT_A_MODEL, model)
        time = moment(at) if at is not None else None
        if at is not None and time is None:
            return _refused(RefusalKind.NOT_A_TIME, at)
        return cls(base, model, time, budget)

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Start now or later, or continue with what an ended epic has left undone."""
        if transition.epic.status is EpicStatus.ACTIVE:
            return Notice(kind=NoticeKind.ALREADY_RUNNING)
        if refusal := cannot_start(transition.epic) or self._cannot_start_here(transition, event):
            return refusal
        if refusal := _take_over_tasks(transition, event):
            is_empty = refusal.kind is RefusalKind.NO_CHECKLIST
            can_plan = is_empty and transition.terms.can_plan
            return self._plan_first(transition, event) if can_plan else refusal
        self._override(transition)
        # Another is opened for what is left undone, and for what is done from now on.
        forget_final_pull_request(transition)
        base, own_branch = base_for(transition.epic, self.base)
        if own_branch or base != transition.epic.base_branch:
            # What was merged before went elsewhere, or came home by the final pull request.
            _expect_no_merge(transition)
        transition.update_epic(
            base_branch=base,
            has_epic_branch=own_branch,
            started_by=event.by,
            ended_at=None,
            start_at=self.at,
        )
        return _begin(transition, event) if self.at is None else _schedule(transition, event)

    def _override(self, transition: Transition) -> None:
        if self.model is not None:
            override(transition, Overrides(model=self.model))
        if self.budget is not None:
            set_budget(transition, self.budget)

    def _plan_first(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Ask for a checklist where there is none, and say how far that is otherwise."""
        if refusal := planning.cannot_plan(transition):
            return refusal
        self._override(transition)
        base, own_branch = base_for(transition.epic, self.base)
        transition.update_epic(
            status=EpicStatus.PENDING, base_branch=base, has_epic_branch=own_branch, ended_at=None
        )
        known = transition.epic.plan
        if known is not None and known.stage is PlanStage.PROPOSED:
            return Refusal(kind=RefusalKind.PLAN_NOT_ACCEPTED)
        is_asked = known is not None and known.stage is PlanStage.ASKED
        plan = known if known is not None and is_asked else asked(transition, event)
        plan = replace(plan, asked_by=event.by, starts=True, start_at=self.at)
        if is_asked:
            transition.update_epic(plan=plan)
        else:
            planning.ask(transition, plan)
        is_auto = transition.epic.settings.plan_auto_start
        kind = NoticeKind.PLAN_THEN_START if is_auto else NoticeKind.PLAN_BEFORE_START
        return Notice(kind=kind)

    def _cannot_start_here(self, transition: Transition, event: CommandGiven) -> Refusal | None:
        if event.pull_request is not None:
            return Refusal(kind=RefusalKind.NOT_ON_A_PULL_REQUEST, verb=self.verb)
        if event.enrichment is not None and event.enrichment.base_missing is not None:
            return Refusal(kind=RefusalKind.NO_SUCH_BRANCH, branch=event.enrichment.base_missing)
        if refusal := name_taken(event):
            return refusal
        if refusal := unknown_model(event, self.usage):
            return refusal
        if self.at is not None and self.at <= transition.now:
            return Refusal(kind=RefusalKind.TIME_PASSED, at=self.at, now=transition.now)
        return None


def _refused(kind: RefusalKind, word: str) -> Refusal:
    return Refusal(kind=kind, word=shortened(word), usage=Start.usage)


def name_taken(event: CommandGiven) -> Refusal | None:
    """Refuse where a branch leaves no room for those of the epic: every launch would fail."""
    taken = event.enrichment.name_taken if event.enrichment is not None else None
    return Refusal(kind=RefusalKind.NAME_TAKEN, branch=taken) if taken is not None else None


def cannot_start(epic: Epic) -> Refusal | None:
    """Refuse where there is another way to continue."""
    return Refusal(kind=RefusalKind.PAUSED) if epic.status is EpicStatus.PAUSED else None


def all_done(epic: Epic) -> Refusal | None:
    """Refuse where nothing is left to do."""
    if all(task.status is TaskStatus.COMPLETED for task in epic.tasks):
        return Refusal(kind=RefusalKind.ALL_DONE)
    return None


def _take_over_tasks(transition: Transition, event: CommandGiven) -> Refusal | None:
    """Take over the checklist as it is now, and queue what is undone; change no task if refused."""
    before = transition.epic.tasks
    for task in transition.epic.checklist_tasks:
        if task.status in _UNDONE:
            requeue(transition, task)
    if refusal := take_over(transition, event):
        transition.update_epic(tasks=before)
        return refusal
    return all_done(transition.epic)


def _expect_no_merge(transition: Transition) -> None:
    last = transition.epic.last_merge
    transition.update_epic(known_base=KnownBase(lost=last.merge_sha if last else None))


def _schedule(transition: Transition, event: CommandGiven) -> Notice:
    transition.update_epic(status=EpicStatus.PENDING)
    scheduled = Notice(kind=NoticeKind.START_SCHEDULED, by=event.by, at=transition.epic.start_at)
    transition.log(scheduled)
    return scheduled


def _begin(transition: Transition, event: CommandGiven) -> Notice | None:
    assert event.enrichment is not None
    begin(transition)
    take_over_base(transition, event.enrichment)
    others = tuple(str(number) for number in event.enrichment.other_epics)
    return Notice(kind=NoticeKind.STARTED_BESIDE_OTHERS, names=others) if others else None
