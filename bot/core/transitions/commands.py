"""Slash commands: who may, what it does, and the answer."""

from collections.abc import Callable
from typing import Any

from bot.core.commands import (
    Add,
    Cancel,
    Command,
    CommandMistake,
    Doctor,
    Fix,
    Help,
    Logs,
    Merge,
    Pause,
    Restart,
    Resume,
    Retry,
    Set,
    Skip,
    Start,
    Status,
    parse_line,
)
from bot.core.commands.answers import Answer, refuse
from bot.core.effects import PostComment, React
from bot.core.events import CommandGiven
from bot.core.model.messages import MessageKind
from bot.core.permissions import is_bot, is_listed, may_command, who_may
from bot.core.transitions import adding, steering, tasks
from bot.core.transitions.epic.settings import set_settings
from bot.core.transitions.transition import Turn

DONE, CONFUSED = "+1", "confused"


def command_given(turn: Turn, event: CommandGiven) -> None:
    """Carry out one command line, and answer it."""
    reading = event.reading
    assert reading is not None
    permissions = (reading.settings or turn.epic.settings).permissions
    if is_bot(event.by) and not is_listed(event.by, permissions):
        return
    answer = _not_heard(turn, event) or _carry_out(turn, event)
    if event.comment_id is not None:
        turn.ask(
            React(
                comment_id=event.comment_id,
                content=CONFUSED if answer and answer.refused else DONE,
                eyes_id=reading.eyes_id,
            )
        )
    if answer is not None:
        given = event.comment_id or turn.now.isoformat()
        turn.ask(
            PostComment(
                issue=event.pull_request or turn.epic.issue_number,
                purpose=f"answer:{given}:{event.line}",
                message=answer.message(event.by),
            )
        )


def _not_heard(turn: Turn, event: CommandGiven) -> Answer | None:
    reading = event.reading
    assert reading is not None
    if not reading.served:
        return Answer(kind=MessageKind.STRANGER, refused=True)
    if reading.permission is None:
        text = reading.refusal or ""
        return Answer(kind=MessageKind.COULD_NOT_ASK, refused=True, text=text)
    command = parse_line(event.text)
    verb = "" if isinstance(command, CommandMistake) else command.verb
    permissions = (reading.settings or turn.epic.settings).permissions
    if not may_command(verb, event.by, reading.permission, reading.teams, permissions):
        text = who_may(verb, permissions)
        return Answer(kind=MessageKind.NOT_ALLOWED, refused=True, text=text)
    return None


def _carry_out(turn: Turn, event: CommandGiven) -> Answer | None:
    turn.change(unreachable=None)
    if event.refusal is not None:
        return Answer(kind=MessageKind.MISTAKE, refused=True, text=event.refusal)
    command = parse_line(event.text)
    if isinstance(command, CommandMistake):
        return Answer(
            kind=MessageKind.MISTAKE,
            refused=True,
            text=command.message,
            nearest=command.nearest,
            usage=command.usage,
        )
    if isinstance(command, Help):
        return Answer(kind=MessageKind.HELP)
    if event.pull_request == turn.epic.issue_number:
        return refuse("This pull request is not a task's. Commands belong on the epic's issue.")
    if not turn.epic.recognised and not isinstance(command, Start):
        label = turn.epic.settings.label
        return refuse(f"This is not an epic. Label the issue `{label}`, or `/orchestra start` it.")
    return HANDLERS[type(command)](turn, command, event)


def _status(turn: Turn, command: Status, event: CommandGiven) -> Answer:
    del turn, command, event
    return Answer(kind=MessageKind.STATUS)


def _logs(turn: Turn, command: Logs, event: CommandGiven) -> Answer:
    number = command.task if command.task is not None else tasks.task_of(turn, event)
    if number is None:
        under_way = next(turn.epic.under_way(), None)
        number = under_way.number if under_way else None
    if number is not None and turn.epic.task(number) is None:
        return refuse(f"There is no task {number}.")
    return Answer(kind=MessageKind.LOGS, task=number)


def _doctor(turn: Turn, command: Doctor, event: CommandGiven) -> Answer:
    del turn, command
    assert event.reading is not None
    return Answer(kind=MessageKind.DOCTOR, findings=event.reading.findings)


HANDLERS: dict[type[Command], Callable[[Turn, Any, CommandGiven], Answer | None]] = {
    Start: steering.start,
    Pause: steering.pause,
    Resume: steering.resume,
    Cancel: steering.cancel,
    Retry: tasks.retry,
    Restart: tasks.restart,
    Skip: tasks.skip,
    Add: adding.add,
    Merge: tasks.merge,
    Fix: tasks.fix,
    Set: set_settings,
    Status: _status,
    Logs: _logs,
    Doctor: _doctor,
}
