"""The check run that a task's pull request shows."""

from dataclasses import dataclass
from typing import Literal

from bot.core.commands import PREFIX
from bot.core.epic import Epic, Task
from bot.core.identifiers import EpicStatus, TaskStatus
from bot.core.settings import MergeWhen
from bot.rendering.escape import code, cut, inline

CHECK_NAME = "Orchestra"

_ENDED = {
    TaskStatus.COMPLETED: ("success", "Merged"),
    TaskStatus.FAILED: ("neutral", "Needs a person: the task failed"),
    TaskStatus.SKIPPED: ("neutral", "The task was skipped"),
    TaskStatus.CANCELLED: ("neutral", "The task was cancelled"),
}
_AT_WORK = {TaskStatus.PROCESSING: "The agent is at work", TaskStatus.MERGING: "Merging"}


@dataclass(frozen=True, kw_only=True)
class CheckRun:
    """A check run as GitHub takes it (REST, "Create a check run").

    The conclusion is `success` or `neutral`, never one that could keep the pull request from
    being merged; it is None while work goes on.
    """

    status: Literal["in_progress", "completed"]
    conclusion: str | None
    title: str
    summary: str
    name: str = CHECK_NAME


def check_run(epic: Epic, task: Task) -> CheckRun:
    """Return what the head of the task's pull request shows."""
    conclusion, title = _state(epic, task)
    return CheckRun(
        status="completed" if conclusion else "in_progress",
        conclusion=conclusion,
        title=cut(title, 200),
        summary=_summary(epic, task),
    )


def _state(epic: Epic, task: Task) -> tuple[str | None, str]:
    if ended := _ENDED.get(task.status):
        return ended
    if epic.status is not EpicStatus.ACTIVE:
        return "neutral", "Paused" if epic.status is EpicStatus.PAUSED else "The epic has ended"
    if task.status is TaskStatus.PR_OPEN and epic.settings.merge_when is MergeWhen.MANUAL:
        return "neutral", "Waits for a person to merge it"
    return None, _AT_WORK.get(task.status, "Waiting to merge")


def _summary(epic: Epic, task: Task) -> str:
    parts = [f"Task {task.number} of #{epic.issue_number}: {inline(task.title, 200)}"]
    if task.status is TaskStatus.COMPLETED:
        where = f" as {task.merge_sha}" if task.merge_sha else ""
        parts.append(f"Merged into {code(epic.base)}{where}.")
    elif task.failure:
        parts.append(inline(task.failure, 2_000))
    elif not task.status.is_final and epic.status is EpicStatus.PAUSED:
        parts.append(_paused(epic))
    elif not task.status.is_final and task.waiting_for:
        parts.append(f"**Waiting for** {inline(task.waiting_for, 2_000)}")
    if task.status is TaskStatus.FAILED:
        parts.append(
            f"`{PREFIX} retry {task.number}` tries again, `{PREFIX} skip {task.number}` leaves"
            " it out."
        )
    return "\n\n".join(parts)


def _paused(epic: Epic) -> str:
    reason = f": {inline(epic.pause_reason, 2_000)}" if epic.pause_reason else "."
    return f"The epic is paused{reason}\n\n`{PREFIX} resume` goes on."
