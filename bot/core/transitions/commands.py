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
from bot.core.transitions.transition import Transition

DONE, CONFUSED = "+1", "confused"


def command_given(transition: Transition, event: CommandGiven) -> None:
    """Carry out one command line, and answer it."""
    enrichment = event.enrichment
    assert enrichment is not None
    permissions = (enrichment.settings or transition.epic.settings).permissions
    if is_bot(event.by) and not is_listed(event.by, permissions):
        return
    answer = _not_heard(transition, event) or _carry_out(transition, event)
    if event.comment_id is not None:
        transition.emit(
            React(
                comment_id=event.comment_id,
                content=CONFUSED if answer and answer.refused else DONE,
                eyes_id=enrichment.eyes_id,
            )
        )
    if answer is not None:
        given = event.comment_id or transition.now.isoformat()
        transition.emit(
            PostComment(
                issue=event.pull_request or transition.epic.issue_number,
                purpose=f"answer:{given}:{event.line}",
                message=answer.message(event.by),
            )
        )


def _not_heard(transition: Transition, event: CommandGiven) -> Answer | None:
    enrichment = event.enrichment
    assert enrichment is not None
    if not enrichment.served:
        return Answer(kind=MessageKind.STRANGER, refused=True)
    if enrichment.permission is None:
        text = enrichment.refusal or ""
        return Answer(kind=MessageKind.COULD_NOT_ASK, refused=True, text=text)
    command = parse_line(event.text)
    verb = "" if isinstance(command, CommandMistake) else command.verb
    permissions = (enrichment.settings or transition.epic.settings).permissions
    if not may_command(verb, event.by, enrichment.permission, enrichment.teams, permissions):
        text = who_may(verb, permissions)
        return Answer(kind=MessageKind.NOT_ALLOWED, refused=True, text=text)
    return None


def _carry_out(transition: Transition, event: CommandGiven) -> Answer | None:
    transition.update_epic(unreachable=None)
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
    if event.pull_request == transition.epic.issue_number:
        return refuse("This pull request is not a task's. Commands belong on the epic's issue.")
    if not transition.epic.activated and not isinstance(command, Start):
        label = transition.epic.settings.label
        return refuse(f"This is not an epic. Label the issue `{label}`, or `/orchestra start` it.")
    return HANDLERS[type(command)](transition, command, event)


def _status(transition: Transition, command: Status, event: CommandGiven) -> Answer:
    del transition, command, event
    return Answer(kind=MessageKind.STATUS)


def _logs(transition: Transition, command: Logs, event: CommandGiven) -> Answer:
    number = command.task if command.task is not None else tasks.task_of(transition, event)
    if number is None:
        under_way = next(transition.epic.under_way(), None)
        number = under_way.number if under_way else None
    if number is not None and transition.epic.task(number) is None:
        return refuse(f"There is no task {number}.")
    return Answer(kind=MessageKind.LOGS, task=number)


def _doctor(transition: Transition, command: Doctor, event: CommandGiven) -> Answer:
    del transition, command
    assert event.enrichment is not None
    return Answer(kind=MessageKind.DOCTOR, findings=event.enrichment.findings)


HANDLERS: dict[type[Command], Callable[[Transition, Any, CommandGiven], Answer | None]] = {
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
