"""The table of an epic's tasks."""

from collections.abc import Iterator

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.rendering.epic_view import EpicView, TaskView
from bot.rendering.escape import cell, code
from bot.rendering.words import clock, duration_words, tasks_word

_WORDS = {
    TaskStatus.PENDING: "⚪ waits its turn",
    TaskStatus.PROCESSING: "🔵 agent at work",
    TaskStatus.PR_OPEN: "🟣 pull request open",
    TaskStatus.MERGING: "🟣 merging",
    TaskStatus.COMPLETED: "✅ merged",
    TaskStatus.FAILED: "❌ failed",
    TaskStatus.CANCELLED: "⚫ cancelled",
    TaskStatus.SKIPPED: "⚫ skipped",
}


def table_rows(epic: EpicView) -> list[str]:
    """Return the lines of the table, two for its head; none where there are no tasks."""
    if not epic.tasks:
        return []
    if epic.status is EpicStatus.PENDING:
        return ["| # | Task | |", "|--:|:--|:--|", *map(_planned, epic.tasks)]
    return [
        "| # | Task | State | Agent | Pull request | Took | Base |",
        "|--:|:--|:--|:--|:--|--:|:--|",
        *(_row(str(task.number), cell(task.title), task) for task in epic.tasks),
        *_final_row(epic),
    ]


def table(rows: list[str], room: int) -> str:
    """Join the lines, leaving rows out from the end where they need more than `room` characters."""
    lines = rows[:2]
    for left, row in zip(range(len(rows) - 2, 0, -1), rows[2:], strict=True):
        room -= len(row) + 1
        if room < 0:
            return "\n".join(lines) + f"\n\n_… and {tasks_word(left)} more._"
        lines.append(row)
    return "\n".join(lines)


def final_title(epic: EpicView) -> str:
    """Return what stands for a title in the row of the final pull request."""
    return f"Final pull request to {code(epic.default_branch)}"


def _final_row(epic: EpicView) -> Iterator[str]:
    if epic.final_pull_request:
        yield _row("↪", final_title(epic), epic.final_pull_request)


def _planned(task: TaskView) -> str:
    note = "✅ already done" if task.status is TaskStatus.COMPLETED else ""
    return f"| {task.number} | {cell(task.title)} | {note} |"


def _row(number: str, title: str, task: TaskView) -> str:
    cells = [
        number,
        title,
        _state(task),
        f"[agent]({task.agent_url})" if _is_plain_link(task.agent_url) else "–",
        f"#{task.pull_request_number}" if task.pull_request_number else "–",
        "–" if task.duration is None else duration_words(task.duration),
        f"`{task.base_sha[:7]}`" if task.base_sha else "–",
    ]
    return f"| {' | '.join(cells)} |"


def _state(task: TaskView) -> str:
    if task.status is TaskStatus.COMPLETED and not task.merge_sha:
        return "✅ done by hand"
    if task.retry_at and not task.status.is_final:
        return f"🟡 again at {clock(task.retry_at)}"
    return _WORDS[task.status]


def _is_plain_link(url: str | None) -> bool:
    """Tell whether a link given by an outside service can stand in a table as it is."""
    return (
        url is not None
        and url.startswith(("https://", "http://"))
        and not set(url) & set("()<>|[]\\`@ \n")
    )
