"""Comments that call a person: one for each state, however often that state comes and goes.

The rules are in docs/decisions/0021-one-mention-per-state.md.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.model.calls import Call
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.reasons import Pause, WaitKind
from bot.core.permissions import is_bot
from bot.core.transitions.states import (
    STANDING,
    State,
    is_base,
    is_held,
    is_own,
    is_pause,
    is_resolved,
    is_wait,
    pause_state,
    present,
    resolved_kind,
    wait_state,
)
from bot.core.transitions.transition import Transition

# The same people hear of a state that comes and goes by itself at most so often.
QUIET = timedelta(hours=1)
# And of reviewers' rounds, some of whom are machines that GitHub takes for people.
BETWEEN_REVIEWS = timedelta(minutes=10)
# What was announced longer ago than the last so many is forgotten.
_MAX_ABOUT = 200


def call(transition: Transition, state: State) -> None:
    """Tell it, unless it was told and has not been left for good since, or was told just now."""
    epic, now = transition.epic, transition.now
    if epic.unreachable is not None:
        return
    known = _known(epic, state)
    is_new = known is None or not set(state.about) <= set(known.about)
    is_due = known is not None and known.again_at is not None and known.again_at <= now
    if is_new or is_due:
        _tell(transition, state, known)


def was_told(epic: Epic, state: State) -> bool:
    """Return whether people were called over exactly that."""
    known = _known(epic, state)
    return known is not None and set(state.about) <= set(known.about)


def _tell(transition: Transition, state: State, known: Call | None) -> None:
    before, purpose = known.about if known else (), state.purpose
    if known is not None:
        # The comment of the first time is there to be found by its marker.
        purpose = f"{purpose}:{transition.now:%Y%m%dT%H%M%S}"
    others = tuple(one for one in before if one not in state.about)
    told = Call(
        kind=state.kind,
        told_at=transition.now,
        task=state.task,
        about=(*others[-_MAX_ABOUT:], *state.about),
        stage=state.stage,
    )
    kept = tuple(one for one in transition.epic.calls if one != known)
    transition.update_epic(calls=(*kept, told))
    transition.comment(state.message, purpose)


def _known(epic: Epic, state: State) -> Call | None:
    return next((one for one in epic.calls if _is_of(one, state)), None)


def _is_of(one: Call, state: State | None) -> bool:
    return state is not None and (one.kind, one.task) == (state.kind, state.task)


def announce(transition: Transition, before: Epic) -> None:
    """Call a person over each task that needs one now, and over what came back and is still there.

    `before` is the epic before this decision.
    """
    for one in transition.epic.calls:
        if is_wait(one.kind):
            _follow_task(transition, before, one)
    for state in present(transition.epic, transition.now):
        known = _known(transition.epic, state)
        if is_wait(state.kind) or (known is not None and known.again_at is not None):
            call(transition, state)


def owed_at(epic: Epic, now: datetime) -> datetime | None:
    """Return when a state that has come back is announced again if it is still there."""
    known = [_known(epic, state) for state in present(epic, now)]
    return min((one.again_at for one in known if one and one.again_at), default=None)


def _follow_task(transition: Transition, before: Epic, one: Call) -> None:
    """Note that the task has left the state for good, or that reviewers have acted meanwhile."""
    epic = transition.epic
    task, old = epic.task(one.task or 0), before.task(one.task or 0)
    if task is None or old is None or task.pull_request is None or old.pull_request is None:
        return
    is_here = _is_of(one, wait_state(epic, task))
    if is_here and _is_of(one, wait_state(before, old)):
        return
    judged = task.pull_request.judged
    if judged.reviews != old.pull_request.judged.reviews:
        _mark(transition, one, max(transition.now, one.told_at + BETWEEN_REVIEWS))
    elif not is_here and _is_judged(epic, one.task or 0):
        passed = judged.stage > one.stage or (
            judged.stage == one.stage and one.kind not in STANDING
        )
        if passed:
            _mark_left(transition, one)


def _is_judged(epic: Epic, number: int) -> bool:
    """Return whether what the task waits for is what its pull request was judged to need."""
    task = epic.task(number)
    if task is None or epic.status is not EpicStatus.ACTIVE or task.wait is None:
        return False
    looked_at = task.status is TaskStatus.PR_OPEN and task.wait.kind is not WaitKind.PULL_REQUEST
    return looked_at or task.status is TaskStatus.MERGING


def _mark_left(transition: Transition, one: Call) -> None:
    _mark(transition, one, one.again_at or one.told_at + QUIET)


def _mark(transition: Transition, one: Call, again_at: datetime) -> None:
    calls = tuple(
        replace(known, again_at=again_at) if known == one else known
        for known in transition.epic.calls
    )
    transition.update_epic(calls=calls)


def _leave(transition: Transition, which: Callable[[Call], bool], *, by_person: bool) -> None:
    for one in transition.epic.calls:
        if which(one) and by_person:
            _mark(transition, one, transition.now)
        elif which(one):
            _mark_left(transition, one)


def acted(transition: Transition, number: int) -> None:
    """Note that somebody had something done about the task; what a person did, they hear of."""
    by = transition.caused_by
    by_person = by is not None and not is_bot(by)
    _leave(transition, lambda one: one.task == number and is_wait(one.kind), by_person=by_person)


def paused(transition: Transition, pause: Pause) -> None:
    """Tell the epic's starter that it is paused; their own pause is always answered."""
    epic = transition.epic
    state = pause_state(epic, pause, transition.now)
    if is_own(epic, pause):
        transition.comment(state.message, state.purpose)
    else:
        call(transition, state)


def pause_ended(transition: Transition, pause: Pause | None) -> None:
    """Tell the next pause at once where a person ended this one, and not one they made themselves.

    What was told of the way on is over with it.
    """
    by = transition.caused_by
    is_theirs = pause is not None and pause.by == by
    by_person = by is not None and not is_bot(by) and not is_theirs
    _leave(transition, lambda one: is_pause(one.kind), by_person=by_person)
    kept = tuple(one for one in transition.epic.calls if not is_resolved(one.kind))
    transition.update_epic(calls=kept)


def base_green(transition: Transition) -> None:
    """Note that the base branch is not red any more."""
    _leave(transition, lambda one: is_base(one.kind), by_person=False)


def interrupted_again(transition: Transition, kind: Interruption) -> None:
    """Note that the interruption is there again."""
    _leave(transition, lambda one: one.kind == resolved_kind(kind), by_person=False)


def services_answered(transition: Transition) -> None:
    """Note that no service refused requests for a time."""
    _leave(transition, lambda one: is_held(one.kind), by_person=False)


def merged(transition: Transition, number: int) -> None:
    """Forget what the merged task needed, and the red base: its next redness has another cause."""
    kept = tuple(
        one for one in transition.epic.calls if one.task != number and not is_base(one.kind)
    )
    transition.update_epic(calls=kept)
