"""New comments: answers to commands, and reports to a person who must act or wants to know."""

from collections.abc import Callable, Iterator

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.money import Micros
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import PauseKind
from bot.core.model.ways import Way
from bot.rendering.answers import answer_text
from bot.rendering.doctor import doctor_text
from bot.rendering.epic_view import EpicView, TaskView
from bot.rendering.escape import code, inline, mention, quote
from bot.rendering.failures import failure_details
from bot.rendering.help import help_text
from bot.rendering.logs import logs_text
from bot.rendering.next_line import needs, task_name
from bot.rendering.pauses import pause_text
from bot.rendering.plans import plan_comment
from bot.rendering.progress_comment import (
    budget_line,
    failure_list,
    kept_list,
    marker,
    money_parts,
    need_alert,
    next_steps,
    progress_line,
    skipped_list,
    state_word,
)
from bot.rendering.reasons import base_red_text, failure_text, hold_text, parked_text, wait_text
from bot.rendering.refusals import refusal_text
from bot.rendering.style import MARKDOWN
from bot.rendering.task_table import row_number, row_title, time_head
from bot.rendering.ways import way_line, way_lines
from bot.rendering.words import capital, duration_words, joined, money_words, tasks_word

_MAX_COMMAND = 300
_RESULTS = {
    TaskStatus.COMPLETED: "✅ merged",
    TaskStatus.FAILED: "❌ failed",
    TaskStatus.CANCELLED: "⚫ cancelled",
    TaskStatus.SKIPPED: "⚫ skipped",
}
_ENDINGS = {
    EpicStatus.COMPLETED: "is done with",
    EpicStatus.PARTIAL_COMPLETED: "finished with",
    EpicStatus.FAILED: "failed with",
    EpicStatus.CANCELLED: "was cancelled with",
}


def message_comment(
    message: Message, epic: EpicView, purpose: str, *, prompt: str | None = None
) -> str:
    """Return the comment that says `message`; `purpose` goes into its hidden marker.

    `prompt` is what the agent of the task was given last; `logs` with a task's number shows it.
    """
    if message.kind is MessageKind.LOGS:
        text = logs_text(epic, message.task, prompt)
    else:
        text = _TEXTS[message.kind](message, epic)
    quoted = f"{quote(message.command, _MAX_COMMAND)}\n\n" if message.command else ""
    return f"{marker(epic.id, purpose)}\n{quoted}{text}\n"


def _reply(message: Message, _: EpicView) -> str:
    if message.refusal:
        return refusal_text(message.refusal)
    return answer_text(message.notice) if message.notice else "Done."


def _help(_: Message, __: EpicView) -> str:
    return help_text()


def _status(_: Message, epic: EpicView) -> str:
    parts = [f"**{_title(epic)}** · {state_word(epic)}"]
    if epic.tasks:
        parts.append(progress_line(epic))
    if epic.started_at is None:
        parts += budget_line(epic)
    elif money := " · ".join(money_parts(epic)):
        parts.append(f"{capital(money)}.")
    return "\n\n".join([*parts, *map(need_alert, needs(epic)), *next_steps(epic)])


def _paused(message: Message, epic: EpicView) -> str:
    parts = [_pause(message, epic)]
    if message.pause and message.pause.failure and (task := epic.task(message.pause.task)):
        parts += failure_details(task)
    return "\n\n".join(filter(None, [*parts, way_lines(epic.ways)]))


def _pause(message: Message, epic: EpicView) -> str:
    """Return who or what paused the epic; nobody is mentioned for their own pause."""
    pause, title = message.pause, f"**{_title(epic)}**"
    if pause is None:
        return f"{_to(message, epic)}{title} is paused."
    greeting = "" if pause.by and pause.by == message.to else _to(message, epic)
    if pause.kind is PauseKind.PERSON and pause.by and not pause.held_by:
        return f"{greeting}{MARKDOWN.person(pause.by)} paused {title}."
    task = epic.task(pause.task)
    name = task_name(epic, task, titled=True).task if task else "the task"
    return f"{greeting}{title} is paused. {pause_text(pause, name)}"


def _needs_person(message: Message, epic: EpicView) -> str:
    return f"{_to(message, epic)}**Needs you:** {_need(message, epic)}"


def _need(message: Message, epic: EpicView) -> str:
    if message.hold:
        return hold_text(message.hold, epic.now)
    task = epic.task(message.task)
    if message.notice and message.notice.kind is NoticeKind.PARKED:
        text = parked_text(message.notice.effect or "", task_name(epic, task).task if task else "")
        return "\n\n".join(filter(None, [text, way_lines(task.ways if task else epic.ways)]))
    if message.wait and task:
        text = wait_text(message.wait, task_name(epic, task, titled=True))
        return "\n\n".join(filter(None, [text, way_lines(task.ways)]))
    if message.notice and message.notice.failure:
        return _taken_back(message.notice, task, epic)
    red = base_red_text(epic.base_branch, message.checks, unfinished=message.unfinished)
    if message.notice is None or message.notice.pull_request is None:
        return red
    merged = capital(task_name(epic, task, titled=True).task) if task else "The last merge"
    return (
        f"{red}\n\n{merged} was merged right before. Merge #{message.notice.pull_request} to revert"
        " it, or push a fix."
    )


def _taken_back(notice: Notice, task: TaskView | None, epic: EpicView) -> str:
    """Say where a task was merged by mistake, and which pull request takes it back."""
    name = capital(task_name(epic, task, titled=True).task) if task else "The last merge"
    failed = failure_text(notice.failure) if notice.failure else ""
    return f"{name}: {failed} Merge #{notice.pull_request} to revert it there."


def _completed(message: Message, epic: EpicView) -> str:
    rows = [_report_row(epic, task) for task in epic.all_tasks]
    return "\n\n".join(
        [
            f"{_to(message, epic)}{_ending(epic)}",
            *failure_list(epic),
            *skipped_list(epic),
            *next_steps(epic),
            "\n".join(
                [
                    f"| # | Task | Result | {time_head(epic)} |",
                    "|--:|:--|:--|--:|",
                    *rows,
                ]
            ),
            *_numbers(epic),
            *kept_list(epic),
        ]
    )


def _ending(epic: EpicView) -> str:
    """Return how the epic ended: `**X** finished with 1 of 2 tasks; 1 was skipped.`."""
    numbers = epic.statistics
    # It may have been started again before this comment is posted.
    ended = _ENDINGS.get(epic.status, "ended with")
    done = f"**{_title(epic)}** {ended} {numbers.completed} of"
    left = [f"{numbers.failed} failed"] if numbers.failed else []
    for count, word in ((numbers.skipped, "skipped"), (numbers.cancelled, "cancelled")):
        if count:
            left.append(f"{count} {'was' if count == 1 else 'were'} {word}")
    rest = f"; {joined(left)}" if left else ""
    return f"{done} {tasks_word(numbers.total)}{rest}."


def _numbers(epic: EpicView) -> Iterator[str]:
    numbers, parts = epic.statistics, []
    if numbers.duration is not None:
        parts.append(f"Took {duration_words(numbers.duration)}")
    if merged := sum(task.merge_sha is not None for task in epic.all_tasks):
        parts.append("1 pull request merged" if merged == 1 else f"{merged} pull requests merged")
    if numbers.retries:
        parts.append("1 retry" if numbers.retries == 1 else f"{numbers.retries} retries")
    parts += money_parts(epic)
    if parts:
        yield " · ".join(parts)


def _late_merge(message: Message, epic: EpicView) -> str:
    task = epic.task(message.task)
    name = capital(task_name(epic, task, titled=True).task) if task else "The task"
    sha, failure = (message.notice.sha, message.notice.failure) if message.notice else (None, None)
    where = f" as {sha[:7]}" if sha else ""
    if failure is not None:
        where = f" into {code(failure.branch or '?')}, not {code(failure.expected_branch or '?')}"
    return (
        f"{_to(message, epic)}{name} was merged{where}. The merge was already on its way when the"
        " task was ended."
    )


def _skipped(message: Message, _: EpicView) -> str:
    name = f"Task {message.task}" if message.task else "The final pull request"
    return (
        f"{name} was skipped, so Orchestra no longer manages this pull request. Merge or close it"
        " as you like."
    )


def _restarted(message: Message, _: EpicView) -> str:
    return (
        f"Task {message.task} was restarted with a new agent on a new branch, so this pull request"
        " is closed."
    )


def _doctor(message: Message, _: EpicView) -> str:
    return doctor_text(message.findings)


def _plan(message: Message, epic: EpicView) -> str:
    text = plan_comment(message.plan, epic) if message.plan else ""
    return f"{_to(message, epic)}{text}"


def _budget_warning(message: Message, epic: EpicView) -> str:
    spent, budget = message.notice.amounts if message.notice else (Micros(0), Micros(0))
    return (
        f"{_to(message, epic)}**{_title(epic)}** has spent {money_words(spent)} of its"
        f" {money_words(budget)}. Once too little is left for another agent, it pauses.\n\n"
        f"- {way_line(Way(verb='budget', argument='+10'), _MORE)}"
    )


_MORE = {"budget": "allow so many US dollars more"}
_TEXTS: dict[MessageKind, Callable[[Message, EpicView], str]] = {
    MessageKind.REPLY: _reply,
    MessageKind.HELP: _help,
    MessageKind.STATUS: _status,
    MessageKind.PAUSED: _paused,
    MessageKind.NEEDS_PERSON: _needs_person,
    MessageKind.COMPLETED: _completed,
    MessageKind.LATE_MERGE: _late_merge,
    MessageKind.SKIPPED: _skipped,
    MessageKind.RESTARTED: _restarted,
    MessageKind.DOCTOR: _doctor,
    MessageKind.PLAN: _plan,
    MessageKind.BUDGET_WARNING: _budget_warning,
}


def _to(message: Message, epic: EpicView) -> str:
    return f"{mention(message.to)} " if message.to and epic.mention else ""


def _title(epic: EpicView) -> str:
    return inline(epic.title, 256) or f"Epic {epic.issue_number}"


# Cut so that fifty rows stay below what GitHub takes, whatever has to be escaped in them.
def _report_row(epic: EpicView, task: TaskView) -> str:
    result = _RESULTS.get(task.status, "left undone")
    if task.done_before:
        result = "✅ already done"
    if task.pull_request_number:
        result += f" #{task.pull_request_number}"
    took = "–" if task.duration is None else duration_words(task.duration)
    took += f" · {money_words(task.cost)}" if task.cost else ""
    return f"| {row_number(task)} | {row_title(epic, task, 80)} | {result} | {took} |"
