"""The check run that a task's pull request shows."""

from dataclasses import dataclass
from typing import Literal

from bot.core.commands import PREFIX
from bot.core.model.epic import Epic, FixKind, PauseCause, Task
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.rendering.escape import code, cut, inline
from bot.rendering.next_line import task_waits_for

CHECK_NAME = "Orchestra"

_ENDED = {
    TaskStatus.COMPLETED: ("success", "Merged"),
    TaskStatus.FAILED: ("neutral", "Needs a person: the task failed"),
    TaskStatus.SKIPPED: ("neutral", "The task was skipped"),
    TaskStatus.CANCELLED: ("neutral", "The task was cancelled"),
}
_AT_WORK = {
    TaskStatus.PENDING: "Waits its turn",
    TaskStatus.PROCESSING: "The agent is at work",
    TaskStatus.PR_OPEN: "Waiting to merge",
    TaskStatus.MERGING: "Merging",
}
_FIXING = {
    FixKind.CHECKS: "The agent is at work on the failed checks",
    FixKind.REVIEW: "The agent is at work on the requested changes",
    FixKind.CONFLICT: "The agent is at work on the merge conflict",
    FixKind.PERSON: "The agent is at work on what it was asked for",
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
    being merged; it is None while work goes on. There are at most three `actions`, and none but
    while a person is waited for.
    """

    status: Literal["in_progress", "completed"]
    conclusion: str | None
    title: str
    summary: str
    name: str = CHECK_NAME
    actions: tuple[Action, ...] = ()


def check_run(epic: Epic, task: Task) -> CheckRun:
    """Return what the head of the task's pull request shows."""
    conclusion, title = _state(epic, task)
    return CheckRun(
        status="completed" if conclusion else "in_progress",
        conclusion=conclusion,
        title=cut(title, 200),
        summary=_summary(epic, task),
        actions=_actions(epic, task),
    )


def _state(epic: Epic, task: Task) -> tuple[str | None, str]:
    if ended := _ENDED.get(task.status):
        return ended
    if epic.status is not EpicStatus.ACTIVE:
        return "neutral", "Paused" if epic.status is EpicStatus.PAUSED else "The epic has ended"
    if task.needs_person:
        return "neutral", "Waits for a person"
    if task.status is TaskStatus.PROCESSING and task.fixes.under_way:
        return None, _FIXING[task.fixes.under_way]
    return None, _AT_WORK[task.status]


def _actions(epic: Epic, task: Task) -> tuple[Action, ...]:
    """The ways on that a person has, the likeliest first."""
    retry = Action(label="Retry", description="Try the task again", identifier="retry")
    restart = Action(label="Restart", description="Do it from scratch", identifier="restart")
    skip = Action(label="Skip", description="Leave the task out", identifier="skip")
    merge = Action(label="Merge now", description="As far as GitHub allows", identifier="merge")
    resume = Action(label="Resume", description="Go on with the epic", identifier="resume")
    may_merge = task.status is TaskStatus.PR_OPEN and epic.pause_cause is not PauseCause.PERSON
    open_ways = (merge,) if may_merge else ()
    if epic.status not in (EpicStatus.ACTIVE, EpicStatus.PAUSED):
        return ()
    if task.status is TaskStatus.FAILED:
        return _meant_for(task, retry, restart, skip)
    if task.status.is_final:
        return ()
    if epic.status is EpicStatus.PAUSED:
        return _meant_for(task, resume, *open_ways, skip)
    if not task.needs_person:
        return ()
    return _meant_for(task, *open_ways, restart, skip)


def _meant_for(task: Task, *ways: Action) -> tuple[Action, ...]:
    """Say which task is meant; the final pull request is nobody's work to do anew or leave out."""
    if task.is_final_pull_request:
        return tuple(way for way in ways if way.identifier in ("retry", "merge", "resume"))
    return tuple(
        way
        if way.identifier == "resume"
        else Action(
            label=way.label,
            description=way.description,
            identifier=f"{way.identifier} {task.number}",
        )
        for way in ways
    )


def _summary(epic: Epic, task: Task) -> str:
    parts = [f"{_name(task)} of #{epic.issue_number}: {inline(task.title, 200)}"]
    if task.status is TaskStatus.COMPLETED:
        where = f" as {task.merge_sha}" if task.merge_sha else ""
        parts.append(f"Merged into {code(epic.base_of(task))}{where}.")
    elif task.status.is_final and task.failure:
        parts.append(inline(task.failure, 2_000))
    elif not task.status.is_final and epic.status is EpicStatus.PAUSED:
        parts.append(_paused(epic))
    elif not task.status.is_final and epic.status is EpicStatus.ACTIVE:
        parts.append(f"**Waiting for** {inline(task_waits_for(task), 2_000)}")
    if task.status is TaskStatus.FAILED and not epic.status.is_final:
        parts.append(_ways_on(task))
    return "\n\n".join(parts)


def _name(task: Task) -> str:
    return "Final pull request" if task.is_final_pull_request else f"Task {task.number}"


def _ways_on(task: Task) -> str:
    if task.is_final_pull_request:
        return f"`{PREFIX} retry` in a comment here tries again, `{PREFIX} cancel` ends the epic."
    return (
        f"`{PREFIX} retry {task.number}` tries again, `{PREFIX} restart {task.number}` does it from"
        f" scratch, `{PREFIX} skip {task.number}` leaves it out."
    )


def _paused(epic: Epic) -> str:
    reason = f": {inline(epic.pause_reason, 2_000)}" if epic.pause_reason else "."
    return f"The epic is paused{reason}\n\n`{PREFIX} resume` goes on."
