"""The check run that a task's pull request shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.budget import cost
from bot.core.commands.resume import Resume
from bot.core.model.epic import Epic
from bot.core.model.fixes import FixKind
from bot.core.model.identifiers import CHECK_NAME, EpicStatus, TaskStatus
from bot.core.model.reasons import Pause, PauseKind
from bot.core.model.task import Task
from bot.core.model.ways import Way
from bot.core.transitions.epic.approved_text import text_digest
from bot.core.ways_on import ways_for_task
from bot.rendering.escape import code, cut, inline
from bot.rendering.failures import more_about
from bot.rendering.pauses import pause_text
from bot.rendering.reasons import THIS_TASK, TaskName, failure_text, wait_text
from bot.rendering.ways import way_lines
from bot.rendering.words import capital, money_words

_MAX_BUTTONS = 3

_ENDED = {
    TaskStatus.COMPLETED: ("success", "Merged"),
    TaskStatus.FAILED: ("neutral", "Needs you: the task failed"),
    TaskStatus.SKIPPED: ("neutral", "The task was skipped"),
    TaskStatus.CANCELLED: ("neutral", "The task was cancelled"),
}
_AT_WORK = {
    TaskStatus.PENDING: "Queued",
    TaskStatus.PROCESSING: "The agent is at work",
    TaskStatus.PR_OPEN: "Waiting to merge",
    TaskStatus.MERGING: "Merging",
}
_FIXING = {
    FixKind.CHECKS: "The agent is fixing the failed checks",
    FixKind.REVIEW: "The agent is making the requested changes",
    FixKind.CONFLICT: "The agent is resolving the merge conflict",
    FixKind.PERSON: "The agent is following your instructions",
}
# Commands that a button can give: they need no further words.
_BUTTONS = {
    "retry": ("Retry", "Try the task again"),
    "restart": ("Restart", "Start over with a new agent"),
    "skip": ("Skip", "Leave the task out"),
    "merge": ("Merge now", "Merge without waiting"),
    "resume": ("Resume", "Continue the epic"),
}


@dataclass(frozen=True, kw_only=True)
class Action:
    """A button (REST, "Create a check run": label and identifier ≤ 20 characters, the other ≤ 40).

    `identifier` is the command that it gives, without `/orchestra `; without a number it is meant
    for the pull request that it stands on.
    """

    label: str
    description: str
    identifier: str


@dataclass(frozen=True, kw_only=True)
class CheckRun:
    """A check run as GitHub takes it (REST, "Create a check run").

    The conclusion is `success` or `neutral`, never one that could keep the pull request from
    being merged; it is None while work continues. There are at most three `actions`, and none
    unless a person is needed.
    """

    status: Literal["in_progress", "completed"]
    conclusion: str | None
    title: str
    summary: str
    name: str = CHECK_NAME
    actions: tuple[Action, ...] = ()


def check_run(epic: Epic, task: Task, now: datetime) -> CheckRun:
    """Return what the head of the task's pull request shows."""
    conclusion, title = _state(epic, task)
    ways = ways_for_task(epic, task) if _needs_person(epic, task) else ()
    return CheckRun(
        status="completed" if conclusion else "in_progress",
        conclusion=conclusion,
        title=cut(title, 200),
        summary="\n\n".join([*_summary(epic, task, now), *filter(None, [way_lines(ways)])]),
        actions=tuple(_action(epic, way) for way in _with_buttons(ways))[:_MAX_BUTTONS],
    )


def _state(epic: Epic, task: Task) -> tuple[str | None, str]:
    if ended := _ENDED.get(task.status):
        return ended
    if epic.status is not EpicStatus.ACTIVE:
        return "neutral", "Paused" if epic.status is EpicStatus.PAUSED else "The epic has ended"
    if task.needs_person:
        return "neutral", "Needs you"
    if task.status is TaskStatus.PROCESSING and task.fixes.under_way:
        return None, _FIXING[task.fixes.under_way]
    return None, _AT_WORK[task.status]


def _needs_person(epic: Epic, task: Task) -> bool:
    if task.status.is_final:
        return task.status is TaskStatus.FAILED
    return epic.status is EpicStatus.PAUSED or task.needs_person


def _with_buttons(ways: tuple[Way, ...]) -> Iterator[Way]:
    return (way for way in ways if way.verb in _BUTTONS and not way.argument)


def _action(epic: Epic, way: Way) -> Action:
    label, description = _BUTTONS[way.verb]
    identifier = way.verb if way.task is None else f"{way.verb} {way.task}"
    if way.verb == Resume.verb:
        # It approves the text that was shown with it, and no other.
        identifier = f"{identifier} {text_digest(epic)}"
    return Action(label=label, description=description, identifier=identifier)


def _summary(epic: Epic, task: Task, now: datetime) -> Iterator[str]:
    yield f"{_name(task)} of #{epic.issue_number}: {inline(task.title, 200)}"
    if task.status is TaskStatus.COMPLETED:
        where = f" as {task.merge_sha}" if task.merge_sha else ""
        yield f"Merged into {code(epic.base_of(task))}{where}."
    elif task.status.is_final and task.failure:
        yield capital(failure_text(task.failure))
        yield from more_about(task.failure.kind)
    elif not task.status.is_final and epic.status is EpicStatus.PAUSED:
        yield "The epic is paused." if epic.pause is None else _pause(epic.pause)
    elif task.wait and not task.status.is_final and epic.status is EpicStatus.ACTIVE:
        yield wait_text(task.wait, _called(task, now))
    if money := cost(task):
        yield f"Its agents have cost {money_words(money)}."


def _called(task: Task, now: datetime) -> TaskName:
    since = task.run.launched_at if task.run else None
    name = "the final pull request" if task.is_final_pull_request else THIS_TASK.task
    return TaskName(task=name, short=name, request=THIS_TASK.request, since=since, now=now)


def _pause(pause: Pause) -> str:
    name = f"task {pause.task}" if pause.task else "the final pull request"
    text = pause_text(pause, name)
    return text if pause.kind is PauseKind.PERSON else f"The epic is paused. {text}"


def _name(task: Task) -> str:
    return "Final pull request" if task.is_final_pull_request else f"Task {task.number}"
