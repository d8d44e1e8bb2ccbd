"""The states of an epic and its tasks that a person has to know of, and what tells them apart."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.core.model.epic import Epic
from bot.core.model.identifiers import CommitSha, EpicStatus, Login
from bot.core.model.interruptions import Interruption
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.plan import Plan
from bot.core.model.reasons import Hold, Pause, Wait, WaitKind
from bot.core.model.task import Task

# Kinds are stored, so they never change.
_WAIT, _PAUSE, _BASE, _RESOLVED, _HELD = "wait:", "paused:", "base:", "resolved:", "held:"
_PLAN = "plan:"
_REVIEWS = (WaitKind.REVIEW, WaitKind.REQUIRED_REVIEW)
# What a person is asked for here stays asked for until it is given, whatever is pushed meanwhile.
STANDING = frozenset(
    f"{_WAIT}{kind}"
    for kind in (
        *_REVIEWS,
        WaitKind.CHANGES_REQUESTED,
        WaitKind.REVIEW_AFTER_CHANGES,
        WaitKind.CHANGES_NOT_MADE,
        WaitKind.CONVERSATIONS,
        WaitKind.MANUAL_MERGE,
        WaitKind.GOVERNED,
        WaitKind.PUSHED,
    )
)


@dataclass(frozen=True, kw_only=True)
class State:
    """A state and the comment that tells of it.

    `kind` and `task` name it, `about` are digests of the checks, people and words that it is about.
    `purpose` makes the comment's marker, and `stage` is how far the merge policy had come.
    """

    kind: str
    message: Message
    purpose: str
    task: int | None = None
    about: tuple[str, ...] = ()
    stage: int = 0


def is_wait(kind: str) -> bool:
    """Return whether the state is that of a task."""
    return kind.startswith(_WAIT)


def is_pause(kind: str) -> bool:
    """Return whether the state is a pause."""
    return kind.startswith(_PAUSE)


def is_base(kind: str) -> bool:
    """Return whether the state is that of the base branch."""
    return kind.startswith(_BASE)


def is_held(kind: str) -> bool:
    """Return whether the state is that of a service that takes no requests."""
    return kind.startswith(_HELD)


def is_resolved(kind: str) -> bool:
    """Return whether the state is that a paused epic may be resumed."""
    return kind.startswith(_RESOLVED)


def present(epic: Epic, now: datetime) -> Iterator[State]:
    """Yield the states that the epic is in, as far as they can be told."""
    if epic.unreachable is not None:
        return
    if epic.status is EpicStatus.PAUSED and epic.pause and not is_own(epic, epic.pause):
        yield pause_state(epic, epic.pause, now)
    if epic.status is not EpicStatus.ACTIVE:
        return
    for task in epic.tasks:
        if (state := wait_state(epic, task)) is not None:
            yield state
    if epic.base_red:
        yield base_state(epic, epic.known_base.head)


def wait_state(epic: Epic, task: Task) -> State | None:
    """Return the state of a task that waits for a person."""
    reason, request = task.wait, task.pull_request
    if reason is None or request is None or not task.needs_person:
        return None
    if reason.kind is WaitKind.BASE_RED or (epic.base_red and epic.base_of(task) == epic.base):
        # Whoever is needed for a red base has been asked already.
        return None
    people = () if reason.kind in _REVIEWS else reason.people
    about = (*reason.checks, *people, *reason.rules, reason.quote, reason.path)
    return State(
        kind=f"{_WAIT}{reason.kind}",
        message=Message(
            kind=MessageKind.NEEDS_PERSON, to=epic.started_by, wait=reason, task=task.number
        ),
        purpose=f"ask:{task.number}:{request.head_sha}:{_digest(reason, about)}",
        task=task.number,
        about=_digests(*about),
        stage=request.judged.stage,
    )


def _digest(reason: Wait, about: tuple[str | None, ...]) -> str:
    return hashlib.sha256(repr((reason.kind.value, *about)).encode()).hexdigest()[:8]


def _digests(*about: str | None) -> tuple[str, ...]:
    """Return something short for each: GitHub's words may be long."""
    found = (hashlib.sha256(one.encode()).hexdigest()[:8] for one in about if one)
    return tuple(dict.fromkeys(found))


def is_own(epic: Epic, pause: Pause) -> bool:
    """Return whether whoever would be told has made that pause themselves."""
    return pause.by is not None and pause.by == epic.started_by


def pause_state(epic: Epic, pause: Pause, now: datetime) -> State:
    """Return the state of an epic that is paused for that reason."""
    failure, interruption = pause.failure, pause.interruption
    about: tuple[str | None, ...] = (pause.by, pause.quote, pause.branch, pause.sha)
    if failure is not None:
        about = (*about, *failure.checks, *failure.people, failure.by, failure.quote)
        # One that has come on top of the failure is no reason of its own.
        interruption = None
    kind = failure.kind if failure is not None else interruption or ""
    return State(
        kind=f"{_PAUSE}{pause.kind}:{kind}",
        message=Message(kind=MessageKind.PAUSED, to=epic.started_by, pause=pause, task=pause.task),
        purpose=f"paused:{now.isoformat()}",
        task=pause.task,
        about=_digests(*about),
    )


def base_state(epic: Epic, head: CommitSha | None) -> State:
    """Return the state of an epic whose base branch is red at `head`, or did not end its checks."""
    unfinished = epic.known_base.unfinished
    how = "unfinished" if unfinished == epic.base_red else "failing"
    return State(
        kind=f"{_BASE}red",
        message=Message(
            kind=MessageKind.NEEDS_PERSON,
            to=epic.started_by,
            checks=epic.base_red,
            unfinished=unfinished,
        ),
        purpose=f"red:{head}",
        about=_digests(how, *epic.base_red),
    )


def held_state(epic: Epic, hold: Hold) -> State:
    """Return the state of an epic whose work a service holds up."""
    return State(
        kind=f"{_HELD}{hold.service}",
        message=Message(kind=MessageKind.NEEDS_PERSON, to=_whom(epic), hold=hold),
        purpose=f"held:{hold.service}:{hold.since:%Y%m%dT%H%M%S}",
    )


def _whom(epic: Epic) -> Login | None:
    """Return who started the epic or, before that, who asked for its plan."""
    return epic.started_by or (epic.plan.asked_by if epic.plan else None)


def plan_state(plan: Plan) -> State:
    """Return the state of a plan that waits to be accepted, or that there is none of.

    The same plan beside another text of the issue is something else.
    """
    return State(
        kind=f"{_PLAN}{plan.stage}",
        message=Message(kind=MessageKind.PLAN, to=plan.asked_by, plan=plan),
        purpose=f"plan:{plan.key}:{plan.stage}:{plan.digest}",
        about=_digests(f"{plan.key}:{plan.digest}"),
    )


def resolved_kind(kind: Interruption) -> str:
    """Return the kind of the state in which that interruption is over."""
    return f"{_RESOLVED}{kind}"


def resolved_state(kind: Interruption, to: Login | None, now: datetime) -> State:
    """Return the state of a paused epic that may be resumed."""
    notice = Notice(kind=NoticeKind.INTERRUPTION_RESOLVED, interruption=kind)
    return State(
        kind=resolved_kind(kind),
        message=Message(kind=MessageKind.REPLY, to=to, notice=notice),
        purpose=f"made-good:{now.isoformat()}",
        about=_digests(to),
    )
