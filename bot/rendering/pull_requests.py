"""The titles and texts of the pull requests that the bot itself opens."""

from bot.core.model.epic import Epic
from bot.core.model.task import Task
from bot.rendering.escape import code, cut, inert, inline

_MAX_SUMMARY = 20_000


def pull_request_body(epic: Epic, task: Task) -> str:
    """Return the task's pull request's text: its agent's own words; of the final one, the tasks."""
    refs = f"Refs #{epic.issue_number}"
    if task.is_final_pull_request:
        tasks = sorted(epic.checklist_tasks, key=lambda one: (one.position, one.number))
        return "\n".join([refs, "", *map(_line, tasks)])
    summary = task.run.summary if task.run else None
    return f"{refs}\n\n{inert(cut(summary or '', _MAX_SUMMARY))}".strip()


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
    # What was ticked by hand has none.
    where = f" (#{task.pull_request_number})" if task.pull_request_number else ""
    return f"- {inline(task.title)}{where}"
