"""The table of an epic's tasks."""

from collections.abc import Iterable, Iterator

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.reasons import WaitKind
from bot.core.text.attributes import written
from bot.rendering.epic_view import EpicView, TaskView
from bot.rendering.escape import cell, code, is_plain_url
from bot.rendering.words import clock, duration_words, money_words, tasks_word

_WORDS = {
    TaskStatus.PENDING: "⚪ queued",
    TaskStatus.PROCESSING: "🔵 agent at work",
    TaskStatus.PR_OPEN: "🟣 open",
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
    if epic.status in (EpicStatus.PENDING, EpicStatus.GENERATING_SPEC):
        return ["| # | Task | |", "|--:|:--|:--|", *map(_planned, epic.tasks)]
    return [
        f"| # | Task | State | {time_head(epic)} |",
        "|--:|:--|:--|--:|",
        *(_row(epic, task) for task in epic.all_tasks),
    ]


def commit_rows(tasks: Iterable[TaskView]) -> list[str]:
    """Return a table of what each task was built on and merged as; none where none has begun."""
    rows = [
        f"| {row_number(task)} | {_short(task.base_sha)} | {_short(task.merge_sha)} |"
        for task in tasks
        if task.base_sha or task.merge_sha
    ]
    return ["| # | Base | Merged as |", "|--:|:--|:--|", *rows] if rows else []


def table(rows: list[str], room: int) -> str:
    """Join the lines, leaving rows out from the end where they need more than `room` characters."""
    lines = rows[:2]
    for left, row in zip(range(len(rows) - 2, 0, -1), rows[2:], strict=True):
        room -= len(row) + 1
        if room < 0:
            return "\n".join(lines) + f"\n\n_… and {tasks_word(left)} more._"
        lines.append(row)
    return "\n".join(lines)


def time_head(epic: EpicView) -> str:
    """Return the head of the column with what each task took."""
    return "Time · cost" if epic.spent else "Time"


def row_number(task: TaskView) -> str:
    """Return what stands in a table for the task's number."""
    return "↪" if task.is_final_pull_request else str(task.number)


def row_title(epic: EpicView, task: TaskView, limit: int = 200) -> str:
    """Return the title for a table's cell."""
    if task.is_final_pull_request:
        return f"Final pull request to {code(epic.default_branch)}"
    return cell(task.title, limit)


def _planned(task: TaskView) -> str:
    note = "✅ already done" if task.done_before else _options(task)
    return f"| {task.number} | {cell(task.title)} | {note} |"


def _options(task: TaskView) -> str:
    """Return the task's attributes, as they are written: code spans of ours."""
    return written("", task.options).strip()


def _row(epic: EpicView, task: TaskView) -> str:
    cells = (row_number(task), row_title(epic, task), " · ".join(_state(epic, task)))
    return f"| {' | '.join(cells)} | {_time(epic, task)} |"


def _state(epic: EpicView, task: TaskView) -> Iterator[str]:
    """Yield the state with the pull request that it is about, and the agent."""
    request = f" #{task.pull_request_number}" if task.pull_request_number else ""
    yield f"{_state_words(epic, task)}{request}"
    if is_plain_url(task.agent_url):
        yield f"[agent]({task.agent_url})"


def _state_words(epic: EpicView, task: TaskView) -> str:
    if task.done_before:
        return "✅ already done"
    if task.status.is_final:
        return _WORDS[task.status]
    if epic.status is EpicStatus.ACTIVE and task.needs_person:
        return "🟠 needs you"
    if task.retry_at:
        return f"🟡 retry at {clock(task.retry_at, epic.now)}"
    stopped = task.status is TaskStatus.PROCESSING and not task.agent_works
    if epic.status is EpicStatus.PAUSED and stopped:
        failed = task.wait and task.wait.kind is WaitKind.AGENT_NOT_STOPPED
        return "🟠 agent not stopped" if failed else "⚪ agent stopped"
    return _WORDS[task.status]


def _time(epic: EpicView, task: TaskView) -> str:
    cost = f" · {money_words(task.cost)}" if task.cost else ""
    if task.duration is not None:
        return f"{duration_words(task.duration)}{cost}"
    return f"since {clock(task.started_at, epic.started_at)}{cost}" if task.started_at else "–"


def _short(sha: str | None) -> str:
    """Return a commit as GitHub links it."""
    return sha[:7] if sha else "–"
