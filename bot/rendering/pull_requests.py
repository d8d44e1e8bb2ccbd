"""The titles and texts of the pull requests that the bot itself opens."""

from bot.core.model.epic import Epic, Task
from bot.rendering.escape import cut, inert, inline

_MAX_SUMMARY = 20_000


def pull_request_body(epic: Epic, task: Task) -> str:
    """Return what the task's pull request says: its agent's own words; of the last, the tasks."""
    refs = f"Refs #{epic.issue_number}"
    if task.is_final_pull_request:
        done = sorted(epic.tasks, key=lambda one: (one.position, one.number))
        lines = [_line(one) for one in done if not one.is_final_pull_request]
        return "\n".join([refs, "", *lines])
    summary = task.run.summary if task.run else None
    return f"{refs}\n\n{inert(cut(summary or '', _MAX_SUMMARY))}".strip()


def revert_title(title: str, number: int) -> str:
    """Return the title of the pull request that takes the merge of pull request `number` back."""
    return f"Revert “{inert(title)}” (#{number})"


def _line(task: Task) -> str:
    # What was ticked by hand has none.
    where = f" (#{task.pull_request_number})" if task.pull_request_number else ""
    return f"- {inline(task.title)}{where}"
