"""The progress comment: one per epic, edited in place."""

from collections.abc import Iterator, Sequence

from bot.core.commands import PREFIX
from bot.core.model.identifiers import EpicStatus
from bot.core.model.settings import MergeWhen
from bot.rendering.epic_view import EpicView, LogText, TaskView
from bot.rendering.escape import block, code, cut, inline
from bot.rendering.help import help_text
from bot.rendering.next_line import SETTINGS_FILE
from bot.rendering.task_table import table, table_rows
from bot.rendering.words import bar, clock, duration_words, tasks_word

# GitHub takes 65,536 characters (REST, "Create an issue comment").
MAX_CHARACTERS = 60_000
_LISTED = 10
_MAX_MISTAKE = 300
_MAX_WAIT = 2_000

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
_MERGE_PROMISES = {
    MergeWhen.GREEN: "A pull request is merged when its checks have passed and GitHub's rules"
    " are met.",
    MergeWhen.APPROVED: "A pull request is merged when its checks have passed, somebody has"
    " approved it and GitHub's rules are met.",
    MergeWhen.IMMEDIATELY: "A pull request is merged as soon as GitHub allows it.",
    MergeWhen.MANUAL: "A person merges each pull request.",
}
_UNREVIEWED = (MergeWhen.GREEN, MergeWhen.IMMEDIATELY)


def marker(epic_id: int, purpose: str) -> str:
    """Return the hidden line by which a comment of ours is found again."""
    return f"<!-- orchestra:{purpose.replace('--', '-')}:{epic_id} -->"


def progress_comment(epic: EpicView) -> str:
    """Return the progress comment, never longer than 60,000 characters.

    Where it would be, the log goes first, then rows of the table from its end.
    """
    head = "\n\n".join(_head(epic))
    rows = table_rows(epic)
    foot = folded("Commands", help_text())
    log = folded("Log", log_block(epic.log)) if epic.log else ""
    tasks = table(rows, MAX_CHARACTERS)
    if len(head) + len(tasks) + len(log) + len(foot) + 100 > MAX_CHARACTERS:
        log = "_The log is left out: this comment would be too long._"
        tasks = table(rows, MAX_CHARACTERS - len(head) - len(foot) - len(log) - 100)
    return "\n\n".join(part for part in (head, tasks, log, foot) if part) + "\n"


def state_word(epic: EpicView) -> str:
    """Return the epic's state in a word or three."""
    if epic.status is EpicStatus.PENDING and (epic.mistakes or epic.settings_mistakes):
        return "needs a correction"
    if epic.status is EpicStatus.PENDING and not epic.tasks:
        return "needs a checklist"
    if epic.status is EpicStatus.PENDING and epic.start_at:
        return f"starts at {clock(epic.start_at)}"
    if epic.pausing:
        return "pausing once the work at hand is done"
    return _EPIC_WORDS[epic.status]


def progress_line(epic: EpicView) -> str:
    """Return the bar, the percentage and the count of tasks done."""
    numbers = epic.statistics
    done = f"{numbers.completed} of {tasks_word(numbers.total)} done"
    return f"`{bar(numbers.percent)}` **{numbers.percent}%** · {done}"


def folded(title: str, text: str) -> str:
    """Return `text` folded away under `title`."""
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def log_block(lines: Sequence[LogText]) -> str:
    """Return lines of the log as a fenced block, each cut to 300 characters."""
    return block("\n".join(f"{line.at:%d %b %H:%M:%S}  {_log_text(line)}" for line in lines))


def _head(epic: EpicView) -> Iterator[str]:
    title = inline(epic.title, 256) or f"Epic {epic.issue_number}"
    yield f"{marker(epic.id, 'progress')}\n### {title} · {state_word(epic)}"
    if epic.status is EpicStatus.PENDING:
        yield from _before_start(epic)
    else:
        yield f"{progress_line(epic)}\n{_times(epic)}"
        yield from _edited_wrongly(epic)
    if epic.settings and not epic.status.is_final:
        yield f"Settings: {' · '.join(f'{name} {code(value)}' for name, value in epic.settings)}"
    if epic.waiting_for:
        yield f"**Waiting for** {inline(epic.waiting_for, _MAX_WAIT)}"
    if failures := _failures(epic):
        yield _listed(failures)
    if epic.edit_not_used_by:
        yield _alert(
            "NOTE",
            f"The edit by {inline(epic.edit_not_used_by)} is not used. The next `/orchestra start`"
            " or `/orchestra resume` takes over the issue's text as it then is.",
        )


def _before_start(epic: EpicView) -> Iterator[str]:
    if epic.mistakes:
        yield f"Nothing starts until the checklist is right:\n\n{_mistakes(epic.mistakes)}"
    if epic.settings_mistakes:
        listed = _mistakes(epic.settings_mistakes)
        yield f"Nothing starts until {SETTINGS_FILE} is right:\n\n{listed}"
    if not (epic.mistakes or epic.settings_mistakes):
        yield _plan(epic)
    if epic.unprotected_base and epic.merge_when in _UNREVIEWED:
        yield _alert("WARNING", _unprotected(epic))


def _edited_wrongly(epic: EpicView) -> Iterator[str]:
    if epic.mistakes:
        listed = _mistakes(epic.mistakes)
        yield f"The edited checklist is not followed until it is right:\n\n{listed}"
    if epic.settings_mistakes:
        listed = _mistakes(epic.settings_mistakes)
        yield f"The edited {SETTINGS_FILE} is not followed until it is right:\n\n{listed}"


def _plan(epic: EpicView) -> str:
    if not epic.tasks:
        return "The issue has no checklist yet: each `- [ ] item` in its text becomes a task."
    understood = (
        f"I understood {tasks_word(epic.statistics.total)}, and would have agents do what is"
        f" open one after another, each in a pull request to {code(epic.base_branch)}."
        f" {_MERGE_PROMISES[epic.merge_when]}"
    )
    if epic.has_epic_branch:
        understood += (
            f" When all are done, one pull request takes {code(epic.base_branch)} into"
            f" {code(epic.default_branch)}."
        )
    return understood


def _unprotected(epic: EpicView) -> str:
    after = f" after {epic.grace} s" if epic.merge_when is MergeWhen.GREEN else ""
    return (
        f"{code(epic.base_branch)} has neither checks nor review rules: pull requests will be"
        f" merged unreviewed{after}; `{PREFIX} set merge=approved` changes that."
    )


def _times(epic: EpicView) -> str:
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


def _mistakes(mistakes: Sequence[str]) -> str:
    return _listed([inline(_sentence(mistake), _MAX_MISTAKE) for mistake in mistakes])


def _listed(lines: Sequence[str]) -> str:
    shown = [f"- {line}" for line in lines[:_LISTED]]
    if len(lines) > _LISTED:
        shown.append(f"- … and {len(lines) - _LISTED} more")
    return "\n".join(shown)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _failures(epic: EpicView) -> list[str]:
    named = [(f"Task {task.number}", task) for task in epic.tasks]
    if epic.final_pull_request:
        named.append(("Final pull request", epic.final_pull_request))
    return [
        f"**{name}:** {inline(task.failure, 300)}"
        for name, task in named
        if task.failure and _is_news(task, epic)
    ]


def _is_news(task: TaskView, epic: EpicView) -> bool:
    """Tell whether the reason for a task's end is still unsaid."""
    return task.status.is_final and (task.failure or "") not in (epic.waiting_for or "")


def _alert(kind: str, text: str) -> str:
    return f"> [!{kind}]\n> {text}"


def _log_text(line: LogText) -> str:
    text = cut(" ".join(line.text.split()), 300)
    return f"task {line.task}: {text}" if line.task else text
