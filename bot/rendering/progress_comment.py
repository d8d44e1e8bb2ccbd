"""The progress comment: one per epic, edited in place."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.plan import PlanStage
from bot.core.model.reasons import FailureKind, WaitKind
from bot.core.model.settings import MergeWhen
from bot.core.model.ways import Way
from bot.core.text.prefix import PREFIX
from bot.rendering.epic_view import EpicView, LogText, TaskView
from bot.rendering.escape import alert, block, code, cut, folded, inline
from bot.rendering.failures import more_about
from bot.rendering.given import given_texts
from bot.rendering.help import help_text
from bot.rendering.mermaid import picture
from bot.rendering.mistakes import checklist_mistake, settings_mistake
from bot.rendering.next_line import SETTINGS_FILE, Need, needs, next_line, task_waits
from bot.rendering.plans import plan_news
from bot.rendering.reasons import failure_text
from bot.rendering.task_table import commit_rows, table, table_rows
from bot.rendering.ways import ENDED, SCHEDULED, way_line, way_lines
from bot.rendering.words import (
    bar,
    capital,
    clock,
    dated,
    duration_words,
    joined,
    money_words,
    tasks_word,
)

# GitHub takes 65,536 characters (REST, "Create an issue comment").
MAX_CHARACTERS = 60_000
_LISTED = 10
_LISTED_FAILURES = 5
_MAX_MISTAKE = 300
_MAX_SAID = 300
_MAX_GIVEN = 20_000

_EPIC_WORDS = {
    EpicStatus.GENERATING_SPEC: "planning",
    EpicStatus.PENDING: "ready to start",
    EpicStatus.ACTIVE: "running",
    EpicStatus.PAUSED: "paused",
    EpicStatus.COMPLETED: "done",
    EpicStatus.PARTIAL_COMPLETED: "partly done",
    EpicStatus.FAILED: "failed",
    EpicStatus.CANCELLED: "cancelled",
}
_PLAN_WORDS = {PlanStage.ASKED: "planning", PlanStage.PROPOSED: "plan proposed"}
_NOT_STARTED = (EpicStatus.PENDING, EpicStatus.GENERATING_SPEC)
_MERGE_PROMISES = {
    MergeWhen.GREEN: "Each pull request is merged automatically once its checks pass and the"
    " branch rules are satisfied.",
    MergeWhen.APPROVED: "Each pull request is merged automatically once its checks pass, someone"
    " approves it and the branch rules are satisfied.",
    MergeWhen.IMMEDIATELY: "Each pull request is merged as soon as GitHub allows it.",
    MergeWhen.MANUAL: "A person merges each pull request.",
}
_APPROVED = {"set": "require an approving review"}
_LEFT_SOMETHING = (EpicStatus.PARTIAL_COMPLETED, EpicStatus.FAILED, EpicStatus.CANCELLED)
_LEFT_OUT = (FailureKind.REMOVED, FailureKind.DEPENDENCY)
_UNREVIEWED = (MergeWhen.GREEN, MergeWhen.IMMEDIATELY)


def marker(epic_id: int, purpose: str) -> str:
    """Return the hidden line by which a comment of ours is found again."""
    return f"<!-- orchestra:{purpose.replace('--', '-')}:{epic_id} -->"


def progress_comment(epic: EpicView) -> str:
    """Return the progress comment, never longer than 60,000 characters.

    Where it would be, the picture goes first, then the log, then rows of the table from its end.
    """
    head = "\n\n".join(_head(epic))
    rows = table_rows(epic)
    details, commands = "\n\n".join(_details(epic)), folded("Commands", help_text())
    log = folded("Log", log_block(epic.log, epic.now)) if epic.log else ""
    tasks = table(rows, MAX_CHARACTERS)
    taken = len(head) + len(details) + len(commands) + 100
    if taken + len(tasks) + len(log) > MAX_CHARACTERS:
        log = "_The log is left out because this comment would be too long._"
        tasks = table(rows, MAX_CHARACTERS - taken - len(log))
    room = MAX_CHARACTERS - taken - len(tasks) - len(log)
    given = given_texts(epic, min(room, _MAX_GIVEN))
    drawing = picture(epic)
    if len(drawing) > room - len(given):
        drawing = ""
    parts = (head, tasks, drawing, log, details, given, commands)
    return "\n\n".join(part for part in parts if part) + "\n"


def state_word(epic: EpicView) -> str:
    """Return the epic's state in a word or three."""
    if epic.status is EpicStatus.GENERATING_SPEC and epic.plan:
        return _PLAN_WORDS.get(epic.plan.stage, "planning")
    if epic.status is EpicStatus.PENDING and (epic.mistakes or epic.settings_mistakes):
        return "needs a correction"
    if epic.status is EpicStatus.PENDING and not epic.tasks:
        return "needs sub-issues" if epic.from_sub_issues else "needs a checklist"
    if epic.status is EpicStatus.PENDING and epic.start_at:
        return f"starts {dated(epic.start_at, epic.now)}"
    if epic.status is EpicStatus.ACTIVE and epic.pausing:
        return "pausing after the running task"
    return _EPIC_WORDS[epic.status]


def progress_line(epic: EpicView) -> str:
    """Return the bar, the percentage and the count of tasks done."""
    numbers = epic.statistics
    done = f"{numbers.completed} of {tasks_word(numbers.total)} done"
    return f"`{bar(numbers.percent)}` **{numbers.percent}%** · {done}"


def log_block(lines: Sequence[LogText], now: datetime) -> str:
    """Return lines of the log as a fenced block, each cut to 300 characters.

    Times are UTC, with the year unless it is that of `now`.
    """
    return block("\n".join(f"{_log_time(line.at, now)}  {_log_text(line)}" for line in lines))


def _log_time(at: datetime, now: datetime) -> str:
    year = "" if at.year == now.year else f" {at.year}"
    return f"{at:%d %b}{year} {at:%H:%M:%S} UTC"


def need_alert(need: Need) -> str:
    """Return what a person is needed for, and one command per line, as an alert."""
    parts = [f"**{'Paused' if need.asked_for else 'Needs you'}:** {need.text}"]
    if need.task and need.task.agent_said:
        parts.append(f"The agent's last words: “{inline(need.task.agent_said, _MAX_SAID)}”")
    if need.task and need.task.failure:
        parts.extend(more_about(need.task.failure.kind))
    if need.ways:
        parts.append(way_lines(need.ways))
    return alert("NOTE" if need.asked_for else "IMPORTANT", "\n\n".join(parts))


def next_steps(epic: EpicView) -> Iterator[str]:
    """Yield what happens next by itself, and what can be done about a start or an end."""
    if line := next_line(epic):
        yield line
    if epic.status is EpicStatus.PENDING and epic.start_at and epic.ways:
        yield way_lines(epic.ways, SCHEDULED)
    elif epic.status in _LEFT_SOMETHING and epic.ways:
        yield "\n".join(way_line(way, ENDED) for way in epic.ways)


def skipped_list(epic: EpicView) -> Iterator[str]:
    """Yield a list of the tasks that somebody left out, and of what had gone wrong with them."""
    lines = [
        f"**{_name(task)}:** Left out by `{PREFIX} skip`{_after_failure(task)}"
        for task in epic.all_tasks
        if task.status is TaskStatus.SKIPPED and not _is_news(task)
    ]
    if lines:
        yield _listed(lines)


def _after_failure(task: TaskView) -> str:
    return f" after it had failed: {failure_text(task.failure)}" if task.failure else "."


def failure_list(epic: EpicView) -> Iterator[str]:
    """Yield a list of why tasks failed, without the one that an alert is about."""
    alerts = [need.task.number for need in needs(epic) if need.task]
    lines = [
        f"**{_name(task)}:** {capital(failure_text(task.failure))}"
        for task in epic.all_tasks
        if task.failure and _is_news(task) and task.number not in alerts
    ]
    if lines:
        yield _listed(lines, _LISTED_FAILURES)


def kept_list(epic: EpicView) -> Iterator[str]:
    """Yield a list of branches that were not deleted, and what needs them."""
    lines = []
    for one in epic.kept_branches:
        numbers = joined([f"#{number}" for number in one.pull_requests])
        verb = "needs" if len(one.pull_requests) == 1 else "need"
        lines.append(f"The branch {code(one.branch)} was kept: {numbers} still {verb} it.")
    if lines:
        yield _listed(lines)


def _is_news(task: TaskView) -> bool:
    """Return whether the task failed, or was left out without anybody's having said so."""
    left_out = task.failure is not None and task.failure.kind in _LEFT_OUT
    return task.status is TaskStatus.FAILED or (task.status is TaskStatus.SKIPPED and left_out)


def _head(epic: EpicView) -> Iterator[str]:
    title = inline(epic.title, 256) or f"Epic {epic.issue_number}"
    yield f"{marker(epic.id, 'progress')}\n### {title} · {state_word(epic)}"
    yield from map(need_alert, needs(epic))
    yield from plan_news(epic)
    yield from _still_at_work(epic)
    yield from _wrong_texts(epic)
    if epic.status in _NOT_STARTED:
        yield from _before_start(epic)
    else:
        yield f"{progress_line(epic)}\n{_times(epic)}"
    yield from failure_list(epic)
    yield from next_steps(epic)
    if epic.edit_not_used_by:
        yield alert(
            "NOTE",
            f"The edit by {inline(epic.edit_not_used_by)} isn't used. The next `{PREFIX} start` or"
            f" `{PREFIX} resume` on this issue uses its text as it is then.",
        )


def _still_at_work(epic: EpicView) -> Iterator[str]:
    for task in epic.all_tasks:
        if task.wait and task.wait.kind is WaitKind.AGENT_NOT_STOPPED:
            yield alert("WARNING", task_waits(epic, task, titled=True))


def _wrong_texts(epic: EpicView) -> Iterator[str]:
    pending = epic.status in _NOT_STARTED
    for what, mistakes in (
        ("the checklist", [checklist_mistake(one) for one in epic.mistakes]),
        (SETTINGS_FILE, [settings_mistake(one) for one in epic.settings_mistakes]),
    ):
        if mistakes:
            intro = (
                f"Nothing starts until {what} is correct:"
                if pending
                else f"The edit of {what} isn't used until it is correct:"
            )
            shown = [inline(capital(mistake), _MAX_MISTAKE) for mistake in mistakes]
            yield alert("IMPORTANT", f"{intro}\n\n{_listed(shown)}")


def _before_start(epic: EpicView) -> Iterator[str]:
    if not (epic.mistakes or epic.settings_mistakes):
        yield _plan(epic)
    if epic.unprotected_base and epic.merge_when in _UNREVIEWED:
        yield alert("WARNING", _unprotected(epic))
    yield from _settings(epic)


def _plan(epic: EpicView) -> str:
    if not epic.tasks and epic.from_sub_issues:
        return "This issue has no sub-issues yet. Each sub-issue becomes a task."
    if not epic.tasks:
        return "This issue has no checklist yet. Each `- [ ] item` in its text becomes a task."
    if epic.statistics.percent == 100:
        return _found(epic)
    plan = " ".join([_found(epic), _MERGE_PROMISES[epic.merge_when], *budget_line(epic)])
    if epic.criteria:
        plan += (
            f" I don't count {_boxes(epic.criteria)} under a heading for acceptance criteria as"
            " tasks."
        )
    if epic.nested:
        plan += f" I take {_boxes(epic.nested)} under another box as part of its task."
    if epic.has_epic_branch:
        plan += (
            f" When all are done, one pull request merges {code(epic.base_branch)} into"
            f" {code(epic.default_branch)}."
        )
    return plan


def _boxes(count: int) -> str:
    return "1 box" if count == 1 else f"{count} boxes"


def _found(epic: EpicView) -> str:
    """Return how many tasks there are, and what becomes of them on `start`."""
    total, done = epic.statistics.total, epic.statistics.completed
    found = f"I found {tasks_word(total)}{f', {done} already done' if done else ''}."
    on_start = f"{found} On `{PREFIX} start`,"
    base = code(epic.base_branch)
    left = total - done
    if not left:
        return found
    if left == 1:
        return (
            f"{on_start} a Cursor agent does {'the other one' if done else 'it'} in its own pull"
            f" request to {base}."
        )
    them = f"the other {left}" if done else "them"
    order = "one at a time" if epic.max_parallel == 1 else f"up to {epic.max_parallel} at a time"
    return f"{on_start} Cursor agents do {them} {order}, each in its own pull request to {base}."


def _unprotected(epic: EpicView) -> str:
    after = f" after {epic.grace} s" if epic.merge_when is MergeWhen.GREEN else ""
    way = way_line(Way(verb="set", argument="merge=approved"), _APPROVED)
    return (
        f"{code(epic.base_branch)} has neither checks nor review rules, so pull requests are merged"
        f" unreviewed{after}.\n\n- {way}"
    )


def _times(epic: EpicView) -> str:
    parts = [f"Started by {inline(epic.started_by)}" if epic.started_by else "Started"]
    if epic.started_at:
        parts.append(f"since {dated(epic.started_at, epic.now)}")
    if epic.ended_at:
        parts.append(f"ended {clock(epic.ended_at, epic.started_at)}")
    if epic.statistics.duration is not None:
        parts.append(f"took {duration_words(epic.statistics.duration)}")
    if epic.expected_end:
        parts.append(f"done about {clock(epic.expected_end, epic.started_at)}")
    return " · ".join([*parts, *money_parts(epic)])


def budget_line(epic: EpicView) -> Iterator[str]:
    """Yield what an epic that has not begun may cost, and at which sum it stops."""
    if epic.estimate is not None:
        guess, most = money_words(min(epic.estimate, epic.budget)), money_words(epic.budget)
        yield f"That may cost about {guess}. It pauses before its agents cost more than {most}."


def money_parts(epic: EpicView) -> Iterator[str]:
    """Yield what was spent against the budget, and what may yet be, of an epic that has begun."""
    if epic.spent:
        yield f"{money_words(epic.spent)} of {money_words(epic.budget)} spent"
    if epic.estimate and not epic.status.is_final:
        yield f"about {money_words(epic.estimate)} to come"


def _settings(epic: EpicView) -> Iterator[str]:
    if epic.settings:
        yield f"Settings: {' · '.join(f'{name} {code(value)}' for name, value in epic.settings)}"


def _details(epic: EpicView) -> Iterator[str]:
    """Yield what few people need, folded."""
    if epic.status in _NOT_STARTED:
        return
    parts = [f"Tasks are merged into {code(epic.base_branch)}.", *_settings(epic)]
    if rows := commit_rows(epic.all_tasks):
        parts.append("\n".join(rows))
    parts += kept_list(epic)
    yield folded("Details", "\n\n".join(parts))


def _listed(lines: Sequence[str], limit: int = _LISTED) -> str:
    shown = [f"- {line}" for line in lines[:limit]]
    if len(lines) > limit:
        shown.append(f"- … and {len(lines) - limit} more")
    return "\n".join(shown)


def _name(task: TaskView) -> str:
    return "Final pull request" if task.is_final_pull_request else f"Task {task.number}"


def _log_text(line: LogText) -> str:
    text = cut(" ".join(line.text.split()), 300)
    return f"task {line.task}: {text}" if line.task else text
