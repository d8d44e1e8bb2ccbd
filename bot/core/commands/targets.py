"""Which task a command means, and what several commands refuse."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.task import Task
from bot.core.transitions.epic.pausing import is_held


def not_running(epic: Epic) -> Refusal | None:
    """Refuse where the epic is neither active nor paused."""
    if epic.status in (EpicStatus.ACTIVE, EpicStatus.PAUSED):
        return None
    return Refusal(kind=RefusalKind.NOT_RUNNING)


def held(epic: Epic) -> Refusal | None:
    """Refuse where only `resume` ends the pause."""
    return Refusal(kind=RefusalKind.PAUSED) if is_held(epic) else None


def meant(
    epic: Epic,
    verb: str,
    number: int | None,
    pull_request: int | None,
    refuse: Callable[[Task], Refusal | None],
) -> Task | Refusal:
    """Return the task that a command is about: by its number, else by the pull request it is on.

    Where neither is given, a task that `refuse` has nothing against is named as an example.
    """
    if refusal := not_running(epic):
        return refusal
    number = number if number is not None else task_of(epic, pull_request)
    if number is not None:
        return epic.task(number) or no_such_task(epic, number)
    if (final := final_alone(epic)) is not None:
        return final
    fitting = [task for task in epic.checklist_tasks if refuse(task) is None]
    which = Refusal(kind=RefusalKind.WHICH_TASK, verb=verb)
    return replace(which, task=fitting[0].number, title=fitting[0].title) if fitting else which


def final_alone(epic: Epic) -> Task | None:
    """Return the final pull request, which has no number for people, if nothing else is left."""
    alone = all(task.status.is_final for task in epic.checklist_tasks)
    return epic.final_pull_request if alone else None


def task_of(epic: Epic, pull_request: int | None) -> int | None:
    """Return the number of the task with that pull request."""
    if pull_request is None:
        return None
    numbers = (task.number for task in epic.tasks if task.pull_request_number == pull_request)
    return next(numbers, None)


def no_such_task(epic: Epic, number: int) -> Refusal:
    """Refuse a number that no task has."""
    last = max((task.number for task in epic.checklist_tasks), default=0)
    if not last:
        return Refusal(kind=RefusalKind.TASKS_NOT_NUMBERED)
    return Refusal(kind=RefusalKind.NO_SUCH_TASK, word=str(number), limit=last)


def is_done(task: Task) -> Refusal | None:
    """Refuse where the task is merged, or was ticked by a person."""
    if task.status is not TaskStatus.COMPLETED:
        return None
    kind = RefusalKind.TASK_MERGED if task.merge_sha else RefusalKind.TASK_DONE
    return Refusal(kind=kind, task=task.number, pull_request=task.pull_request_number)
