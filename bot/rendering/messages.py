"""New comments: answers to commands, and word to a person who must act or wants to know."""

from collections.abc import Callable

from bot.core.commands import PREFIX, Help
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.rendering.epic_view import EpicView, TaskView
from bot.rendering.escape import cell, code, inline, mention
from bot.rendering.help import help_text
from bot.rendering.long_answers import doctor_text, logs_text
from bot.rendering.progress_comment import marker, progress_line, state_word
from bot.rendering.task_table import final_title
from bot.rendering.words import duration_words, tasks_word

_MAX_TEXT = 1_000
_USUALLY_ASKED = "commands are for people with write permission on this repository"
_RESULTS = {
    TaskStatus.COMPLETED: "✅ merged",
    TaskStatus.FAILED: "❌ failed",
    TaskStatus.CANCELLED: "⚫ cancelled",
    TaskStatus.SKIPPED: "⚫ skipped",
}
_ENDINGS = {
    EpicStatus.COMPLETED: "is done",
    EpicStatus.PARTIAL_COMPLETED: "has ended, done in part",
    EpicStatus.FAILED: "has failed",
    EpicStatus.CANCELLED: "is cancelled",
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
    return f"{marker(epic.id, purpose)}\n{text}\n"


def _reply(message: Message, _: EpicView) -> str:
    return _text(message)


def _mistake(message: Message, _: EpicView) -> str:
    text = _text(message)
    if message.nearest:
        text += f" Did you mean {code(f'{PREFIX} {message.nearest}')}?"
    if message.usage is None:
        return text
    if message.usage == Help.usage:
        return f"{text}\n\n`{PREFIX} {Help.usage}` lists the commands."
    return f"{text}\n\nUsage: `{PREFIX} {message.usage}`"


def _not_allowed(message: Message, _: EpicView) -> str:
    name = f", {inline(message.to)}" if message.to else ""
    asked = _text(message).rstrip(".") or _USUALLY_ASKED
    return f"Sorry{name}: {asked}. Nothing was done."


def _could_not_ask(message: Message, _: EpicView) -> str:
    if message.text:
        return (
            f"GitHub refuses what I have to ask before I can do this: “{_text(message)}”. Nothing"
            " was done. An owner of the account can see under Settings, GitHub Apps, Configure"
            " whether the App reaches this repository and a permission is yet to be accepted."
        )
    return (
        "I could not ask GitHub who may give commands here, so nothing was done."
        " Please repeat the command."
    )


def _stranger(_: Message, epic: EpicView) -> str:
    owner = inline(epic.repository.partition("/")[0])
    return (
        f"This Orchestra does not work for {owner}, so nothing is launched here."
        " Whoever runs it can change that with `ALLOWED_ACCOUNTS`."
    )


def _help(_: Message, __: EpicView) -> str:
    return help_text()


def _status(_: Message, epic: EpicView) -> str:
    lines = [f"**{_title(epic)}** · {state_word(epic)}"]
    if epic.tasks:
        lines.append(progress_line(epic))
    if epic.waiting_for:
        lines.append(f"**Waiting for** {inline(epic.waiting_for, _MAX_TEXT)}")
    return "\n\n".join(lines)


def _paused(message: Message, epic: EpicView) -> str:
    said = f"{_to(message, epic)}**{_title(epic)}** is paused. {_text(message)}".rstrip()
    return f"{said}\n\n{_ways_on(message)}"


def _needs_person(message: Message, epic: EpicView) -> str:
    return f"{_to(message, epic)}**{_title(epic)}** needs a person. {_text(message)}"


def _completed(message: Message, epic: EpicView) -> str:
    ending = _ENDINGS.get(epic.status, "has ended")
    rows = [_report_row(str(task.number), cell(task.title, 80), task) for task in epic.tasks]
    if epic.final_pull_request:
        rows.append(_report_row("↪", final_title(epic), epic.final_pull_request))
    return "\n\n".join(
        [
            f"{_to(message, epic)}**{_title(epic)}** {ending}.",
            _numbers(epic),
            "\n".join(["| # | Task | Result | Took |", "|--:|:--|:--|--:|", *rows]),
        ]
    )


def _late_merge(message: Message, epic: EpicView) -> str:
    return f"{_to(message, epic)}{_text(message)}"


def _skipped(message: Message, _: EpicView) -> str:
    return f"{_text(message)} This pull request stays open, and is no longer looked after by me."


def _restarted(message: Message, _: EpicView) -> str:
    return (
        f"Task {message.task} begins anew, with a new agent on a new branch. This pull request is"
        " not wanted any more."
    )


def _doctor(message: Message, _: EpicView) -> str:
    return doctor_text(message.findings)


_TEXTS: dict[MessageKind, Callable[[Message, EpicView], str]] = {
    MessageKind.REPLY: _reply,
    MessageKind.MISTAKE: _mistake,
    MessageKind.NOT_ALLOWED: _not_allowed,
    MessageKind.COULD_NOT_ASK: _could_not_ask,
    MessageKind.STRANGER: _stranger,
    MessageKind.HELP: _help,
    MessageKind.STATUS: _status,
    MessageKind.PAUSED: _paused,
    MessageKind.NEEDS_PERSON: _needs_person,
    MessageKind.COMPLETED: _completed,
    MessageKind.LATE_MERGE: _late_merge,
    MessageKind.SKIPPED: _skipped,
    MessageKind.RESTARTED: _restarted,
    MessageKind.DOCTOR: _doctor,
}


def _text(message: Message) -> str:
    return inline(message.text, _MAX_TEXT)


def _to(message: Message, epic: EpicView) -> str:
    return f"{mention(message.to)} " if message.to and epic.mention else ""


def _title(epic: EpicView) -> str:
    return inline(epic.title, 256) or f"Epic {epic.issue_number}"


def _ways_on(message: Message) -> str:
    ways = [
        f"- `{PREFIX} resume` goes on from the state as it then is",
        f"- `{PREFIX} cancel` ends the epic",
    ]
    if message.task:
        ways[:0] = [
            f"- `{PREFIX} retry {message.task}` tries task {message.task} again",
            f"- `{PREFIX} restart {message.task}` does it from scratch",
            f"- `{PREFIX} skip {message.task}` leaves it out",
        ]
    return "\n".join(ways)


def _numbers(epic: EpicView) -> str:
    numbers = epic.statistics
    parts = [f"{numbers.completed} of {tasks_word(numbers.total)} done"]
    for count, word in (
        (numbers.failed, "failed"),
        (numbers.skipped, "skipped"),
        (numbers.cancelled, "cancelled"),
    ):
        if count:
            parts.append(f"{count} {word}")
    if numbers.retries:
        parts.append("1 retry" if numbers.retries == 1 else f"{numbers.retries} retries")
    if numbers.duration is not None:
        parts.append(f"took {duration_words(numbers.duration)}")
    return " · ".join(parts)


# Cut so that fifty rows stay below what GitHub takes, whatever has to be escaped in them.
def _report_row(number: str, title: str, task: TaskView) -> str:
    result = _RESULTS.get(task.status, "left undone")
    if task.status is TaskStatus.COMPLETED and not task.merge_sha:
        result = "✅ done by hand"
    if task.pull_request_number:
        result += f" in #{task.pull_request_number}"
    if task.failure:
        result += f": {inline(task.failure, 80)}"
    took = "–" if task.duration is None else duration_words(task.duration)
    return f"| {number} | {title} | {result} | {took} |"
