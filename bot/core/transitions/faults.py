"""What we failed on ourselves, again and again: it was given up, and a person has to know."""

from bot.core.commands.run import answer_parked
from bot.core.effects import (
    EFFECT_KINDS,
    AskPlan,
    CreateBaseBranch,
    FetchBase,
    PostComment,
    WritePlan,
)
from bot.core.effects.base import Urgency
from bot.core.events import (
    EVENT_KINDS,
    AgentNotStopped,
    AgentStopped,
    BaseFetched,
    BaseFetchRefused,
    BaseReady,
    BoxNotFound,
    CheckRunUpdated,
    LaunchUnanswered,
    LineNotAdded,
    Parked,
    PlanAnswered,
    PlanNotWritten,
    PlanRefused,
    PlanWritten,
    PullRequestChanged,
    RevertOpened,
)
from bot.core.model.identifiers import EpicStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind
from bot.core.model.task import Task
from bot.core.transitions.epic.base_branch import not_fetched
from bot.core.transitions.epic.endings import fail, pause
from bot.core.transitions.epic.planning import gave_up
from bot.core.transitions.epic.start import is_due
from bot.core.transitions.transition import Transition

# A task comes no further without what these do; the others only report or tidy up.
_STEPS = (Urgency.MERGE, Urgency.FETCH, Urgency.LAUNCH)
# Events about a task that it does not wait for, or that come again.
_INCIDENTAL = frozenset(
    kind.__name__
    for kind in (
        AgentNotStopped,
        AgentStopped,
        BoxNotFound,
        CheckRunUpdated,
        LaunchUnanswered,
        LineNotAdded,
        PullRequestChanged,
        RevertOpened,
    )
)
_CREATION_OF_BASE = (CreateBaseBranch.__name__, BaseReady.__name__)
_PLANNING = frozenset(
    kind.__name__
    for kind in (AskPlan, WritePlan, PlanAnswered, PlanNotWritten, PlanRefused, PlanWritten)
)
_FETCH_OF_BASE = (FetchBase.__name__, BaseFetched.__name__)


def parked(transition: Transition, event: Parked) -> None:
    """End what can come no further without it, and tell whoever waits."""
    task = _task(transition, event)
    notice = Notice(kind=NoticeKind.PARKED, effect=event.kind)
    transition.log(notice, task.number if task else event.task)
    before = transition.epic.status
    if event.command is not None:
        answer_parked(transition, event.command)
        return
    if task is not None and task.status.is_under_way and _is_step(event.kind):
        fail(transition, task, Failure(kind=FailureKind.INTERNAL, effect=event.kind))
    elif before is EpicStatus.ACTIVE and event.kind in _CREATION_OF_BASE:
        if not transition.epic.base_is_ready:
            pause(transition, Pause(kind=PauseKind.NO_BASE_BRANCH, branch=transition.epic.base))
    elif event.kind in _PLANNING:
        gave_up(transition)
    elif event.kind in _FETCH_OF_BASE and is_due(transition):
        not_fetched(transition, BaseFetchRefused(branch=transition.epic.base, reason=""))
    if transition.epic.status is before and event.kind != PostComment.__name__:
        _tell(transition, notice, task)


def _task(transition: Transition, event: Parked) -> Task | None:
    """Return the task that it was about, unless another run works on it by now."""
    if event.run is not None:
        found = transition.epic.find_run(event.run)
        return found[0] if found is not None and found[0].is_current(found[1]) else None
    return None if event.task is None else transition.epic.task(event.task)


def _is_step(kind: str) -> bool:
    if kind in EFFECT_KINDS:
        return EFFECT_KINDS[kind].urgency in _STEPS
    return kind in EVENT_KINDS and kind not in _INCIDENTAL


def _tell(transition: Transition, notice: Notice, task: Task | None) -> None:
    """Tell the epic's starter, once a day: what is tried again and again fails as often."""
    message = Message(
        kind=MessageKind.NEEDS_PERSON,
        to=transition.epic.started_by,
        notice=notice,
        task=task.number if task else None,
    )
    number = task.number if task else ""
    transition.comment(message, f"parked:{notice.effect}:{number}:{transition.now:%Y%m%d}")
