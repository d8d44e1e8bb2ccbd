"""The titles and texts of the pull requests that the bot itself opens."""

from collections.abc import Iterator

from bot.core.model.epic import Epic
from bot.core.model.identifiers import TaskStatus
from bot.core.model.task import Task
from bot.rendering.escape import code, cut, inert, inline

_MAX_SUMMARY = 20_000


def pull_request_body(epic: Epic, task: Task) -> str:
    """Return the task's pull request's text: its agent's own words; of the final one, the tasks."""
    refs = f"Refs #{epic.issue_number}"
    if task.is_final_pull_request:
        return "\n".join([refs, *_tasks(epic)])
    summary = task.run.summary if task.run else None
    return f"{refs}\n\n{inert(cut(summary or '', _MAX_SUMMARY))}".strip()


def _tasks(epic: Epic) -> Iterator[str]:
    """Yield lines with the tasks that are done, and with those that are missing."""
    tasks = sorted(epic.checklist_tasks, key=lambda one: (one.position, one.number))
    missing = [task for task in tasks if task.status is not TaskStatus.COMPLETED]
    yield from ["", *(_line(task) for task in tasks if task not in missing)]
    if missing:
        yield from ["", "Left out, so not in this pull request:", ""]
        yield from map(_line, missing)


def revert_title(title: str, number: int) -> str:
    """Return the title of the pull request that reverts the merge of pull request `number`."""
    return f"Revert “{inert(title)}” (#{number})"


def revert_body(epic: Epic, task: Task) -> str:
    """Return the text of the pull request that reverts the task's merge."""
    return (
        f"Checks are failing on {code(epic.base)} since #{task.pull_request_number} was merged for"
        f" task {task.number} of #{epic.issue_number}. Merging this pull request reverts it."
    )


def _line(task: Task) -> str:
    # What was ticked by hand has none, and what was left out may.
    where = f" (#{task.pull_request_number})" if task.pull_request_number else ""
    return f"- {inline(task.title)}{where}"
