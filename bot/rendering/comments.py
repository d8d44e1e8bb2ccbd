"""The progress comment: one per epic, edited in place."""

from collections.abc import Iterator, Sequence

from bot.core.identifiers import EpicStatus, TaskStatus
from bot.core.settings import MergeWhen
from bot.rendering.escape import block, cell, code, cut, inline
from bot.rendering.help import help_text
from bot.rendering.status import LogText, Standing, TaskStanding, clock

# GitHub takes 65,536 characters (REST, "Create an issue comment").
MAX_CHARACTERS = 60_000
_BAR = 20
_LISTED = 10

_EPIC_WORDS = {
    EpicStatus.GENERATING_SPEC: "planning",
    EpicStatus.PENDING: "ready to start",
    EpicStatus.ACTIVE: "running",
    EpicStatus.PAUSED: "paused",
    EpicStatus.COMPLETED: "done",
    EpicStatus.PARTIAL_COMPLETED: "done in part",
    EpicStatus.FAILED: "failed",
    EpicStatus.CANCELLED: "cancelled",
}
_TASK_WORDS = {
    TaskStatus.PENDING: "⚪ waits its turn",
    TaskStatus.PROCESSING: "🔵 agent at work",
    TaskStatus.PR_OPEN: "🟣 pull request open",
    TaskStatus.MERGING: "🟣 merging",
    TaskStatus.COMPLETED: "✅ merged",
    TaskStatus.FAILED: "❌ failed",
    TaskStatus.CANCELLED: "⚫ cancelled",
    TaskStatus.SKIPPED: "⚫ skipped",
}


def marker(epic_id: int, purpose: str) -> str:
    """Return the hidden line by which a comment of ours is found again."""
    return f"<!-- orchestra:{purpose.replace('--', '-')}:{epic_id} -->"


def progress_comment(epic: Standing) -> str:
    """Return the progress comment, never longer than 60,000 characters.

    Where it would be, the log goes first, then rows of the table from its end.
    """
    head = "\n\n".join(_head(epic))
    rows = [_row(task) for task in epic.tasks]
    foot = _folded("Commands", help_text())
    log = _folded("Log", _log(epic.log)) if epic.log else ""
    table = _table(epic, rows)
    if len(head) + len(table) + len(log) + len(foot) + 100 > MAX_CHARACTERS:
        log = "_The log is left out: this comment would be too long._"
        table = _table(epic, rows, MAX_CHARACTERS - len(head) - len(foot) - len(log) - 100)
    return "\n\n".join(part for part in (head, table, log, foot) if part) + "\n"


def bar(percent: int) -> str:
    """Return a bar of twenty blocks, filled as far as `percent` says."""
    full = percent * _BAR // 100
    return "█" * full + "░" * (_BAR - full)


def state_word(epic: Standing) -> str:
    """Return the epic's state in a word or three."""
    if epic.status is EpicStatus.PENDING and epic.mistakes:
        return "needs a correction"
    if epic.status is EpicStatus.PENDING and not epic.tasks:
        return "needs a checklist"
    if epic.pausing:
        return "pausing once the work at hand is done"
    return _EPIC_WORDS[epic.status]


def progress_line(epic: Standing) -> str:
    """Return the bar, the percentage and the count of tasks done."""
    numbers = epic.statistics
    done = f"{numbers.completed} of {tasks_word(numbers.total)} done"
    return f"`{bar(numbers.percent)}` **{numbers.percent}%** · {done}"


def tasks_word(count: int) -> str:
    """Return `1 task`, `2 tasks`."""
    return f"{count} task" if count == 1 else f"{count} tasks"


def duration_words(seconds: int) -> str:
    """Return a duration as people say it: `42 s`, `4 min`, `1 h 5 min`."""
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _head(epic: Standing) -> Iterator[str]:
    title = inline(epic.title, 256) or f"Epic {epic.issue_number}"
    yield f"{marker(epic.id, 'progress')}\n### {title} · {state_word(epic)}"
    if epic.status is EpicStatus.PENDING:
        yield from _before_start(epic)
    else:
        yield f"{progress_line(epic)}\n{_times(epic)}"
        if epic.mistakes:
            yield f"The edited checklist is not followed until it is right:\n\n{_mistakes(epic)}"
    if epic.waiting_for:
        yield f"**Waiting for** {inline(epic.waiting_for, 1_000)}"
    if failures := [_failure(task) for task in epic.tasks if _is_news(task, epic)]:
        yield _listed(failures)
    if epic.edit_not_used_by:
        yield _alert(
            "NOTE",
            f"The edit by {inline(epic.edit_not_used_by)} is not used. The next `/orchestra start`"
            " or `/orchestra resume` takes over the issue's text as it then is.",
        )


def _before_start(epic: Standing) -> Iterator[str]:
    if epic.mistakes:
        yield f"Nothing starts until the checklist is right:\n\n{_mistakes(epic)}"
    elif not epic.tasks:
        yield "The issue has no checklist yet: each `- [ ] item` in its text becomes a task."
    else:
        yield (
            f"I understood {tasks_word(epic.statistics.total)}, and would have agents do what is"
            f" open one after another, each in a pull request to {code(epic.base_branch)}."
            f" {_merge_promise(epic)}"
        )
    if epic.unguarded_base and epic.merge_when is not MergeWhen.MANUAL:
        yield _alert("WARNING", _unguarded(epic))


def _merge_promise(epic: Standing) -> str:
    return {
        MergeWhen.GREEN: "A pull request is merged when its checks have passed and"
        " GitHub's rules are met.",
        MergeWhen.IMMEDIATELY: "A pull request is merged as soon as GitHub allows it.",
        MergeWhen.MANUAL: "A person merges each pull request.",
    }[epic.merge_when]


def _unguarded(epic: Standing) -> str:
    after = f" after {epic.grace} s" if epic.merge_when is MergeWhen.GREEN else ""
    return (
        f"{code(epic.base_branch)} has neither checks nor review rules: pull requests will be"
        f" merged unreviewed{after}. A rule on the branch that requires one changes that."
    )


def _times(epic: Standing) -> str:
    who = f"Started by {inline(epic.started_by)}" if epic.started_by else "Started"
    parts = [f"into {code(epic.base_branch)}"]
    if epic.started_at:
        parts.append(f"since {clock(epic.started_at)}")
    if epic.ended_at:
        parts.append(f"ended {clock(epic.ended_at, epic.started_at)}")
    if epic.statistics.duration is not None:
        parts.append(f"took {duration_words(epic.statistics.duration)}")
    if epic.expected_end:
        parts.append(f"done about {clock(epic.expected_end, epic.started_at)}")
    return " · ".join([who, *parts])


def _mistakes(epic: Standing) -> str:
    return _listed([inline(_sentence(mistake), 200) for mistake in epic.mistakes])


def _listed(lines: Sequence[str]) -> str:
    shown = [f"- {line}" for line in lines[:_LISTED]]
    if len(lines) > _LISTED:
        shown.append(f"- … and {len(lines) - _LISTED} more")
    return "\n".join(shown)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_news(task: TaskStanding, epic: Standing) -> bool:
    """Tell whether the reason for a task's end is still unsaid."""
    return (
        bool(task.failure)
        and task.status.is_final
        and (task.failure or "") not in (epic.waiting_for or "")
    )


def _failure(task: TaskStanding) -> str:
    return f"**Task {task.number}:** {inline(task.failure or '', 300)}"


def _alert(kind: str, text: str) -> str:
    return f"> [!{kind}]\n> {text}"


def _table(epic: Standing, rows: list[str], room: int = MAX_CHARACTERS) -> str:
    if not rows:
        return ""
    if epic.status is EpicStatus.PENDING:
        rows = [_planned_row(task) for task in epic.tasks]
        lines = ["| # | Task | |", "|--:|:--|:--|"]
    else:
        lines = [
            "| # | Task | State | Agent | Pull request | Took | Base |",
            "|--:|:--|:--|:--|:--|--:|:--|",
        ]
    for left, row in zip(range(len(rows), 0, -1), rows, strict=True):
        room -= len(row) + 1
        if room < 0:
            return "\n".join(lines) + f"\n\n_… and {tasks_word(left)} more._"
        lines.append(row)
    return "\n".join(lines)


def _planned_row(task: TaskStanding) -> str:
    note = "✅ already done" if task.status is TaskStatus.COMPLETED else ""
    return f"| {task.number} | {cell(task.title)} | {note} |"


def _row(task: TaskStanding) -> str:
    cells = [
        str(task.number),
        cell(task.title),
        _task_state(task),
        f"[agent]({task.agent_url})" if _is_plain_link(task.agent_url) else "–",
        f"#{task.pull_request_number}" if task.pull_request_number else "–",
        "–" if task.duration is None else duration_words(task.duration),
        f"`{task.base_sha[:7]}`" if task.base_sha else "–",
    ]
    return f"| {' | '.join(cells)} |"


def _task_state(task: TaskStanding) -> str:
    if task.status is TaskStatus.COMPLETED and not task.merge_sha:
        return "✅ done by hand"
    if task.retry_at and not task.status.is_final:
        return f"🟡 again at {clock(task.retry_at)}"
    return _TASK_WORDS[task.status]


def _is_plain_link(url: str | None) -> bool:
    """Tell whether a link given by an outside service can stand in a table as it is."""
    return (
        url is not None
        and url.startswith(("https://", "http://"))
        and not set(url) & set("()<>|[]\\`@ \n")
    )


def _log(lines: tuple[LogText, ...]) -> str:
    return block("\n".join(f"{line.at:%d %b %H:%M:%S}  {_log_text(line)}" for line in lines))


def _log_text(line: LogText) -> str:
    text = cut(" ".join(line.text.split()), 300)
    return f"task {line.task}: {text}" if line.task else text


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"
