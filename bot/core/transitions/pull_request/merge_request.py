"""What a merge of ours says: the method, the commit's title and its message."""

from bot.core.model.epic import Epic
from bot.core.model.reasons import Failure, FailureKind
from bot.core.model.task import Task
from bot.core.text.closing_keywords import without_closing_any
from bot.core.text.sanitize import clean, one_line
from bot.core.text.skip_words import without_skip_words


def method(epic: Epic, allowed: tuple[str, ...]) -> str | Failure:
    """Return the method of the settings, else the first that is allowed; a failure if none is."""
    wanted = epic.settings.merge_method
    if wanted is None and allowed:
        return allowed[0]
    if wanted is not None and wanted in allowed:
        return wanted
    return Failure(kind=FailureKind.NO_MERGE_METHOD, wanted=wanted, allowed=allowed)


def title(task: Task, number: int) -> str:
    """Return the commit's title, without words that would close issues or skip checks."""
    return f"{without_skip_words(without_closing_any(one_line(clean(task.title))))} (#{number})"


def message(epic: Epic, task: Task) -> str:
    """Return the commit's message."""
    if task.is_final_pull_request:
        return f"Refs #{epic.issue_number}"
    return f"Task {task.number} of #{epic.issue_number}"
