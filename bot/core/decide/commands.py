"""Slash commands: who may, what it does, and the answer."""

from bot.core.commands import CommandMistake, Help, Start, parse_line
from bot.core.decide.answers import Answer, refuse
from bot.core.decide.steering import STEERING
from bot.core.decide.turn import Turn
from bot.core.effects import PostComment, React
from bot.core.events import CommandGiven
from bot.core.messages import MessageKind
from bot.core.permissions import may_command

DONE, CONFUSED = "+1", "confused"


def command_given(turn: Turn, event: CommandGiven) -> None:
    """Carry out one command line, and answer it."""
    answer = _not_heard(event) or _carry_out(turn, event)
    reading = event.reading
    turn.ask(
        React(
            comment_id=event.comment_id,
            content=CONFUSED if answer and answer.refused else DONE,
            eyes_id=reading.eyes_id if reading else None,
        )
    )
    if answer is not None:
        turn.ask(
            PostComment(
                issue=event.pull_request or turn.epic.issue_number,
                purpose=f"answer:{event.comment_id}:{event.line}",
                message=answer.message(event.by),
            )
        )


def _not_heard(event: CommandGiven) -> Answer | None:
    reading = event.reading
    assert reading is not None
    if not reading.served:
        return Answer(kind=MessageKind.STRANGER, refused=True)
    if reading.permission is None:
        return Answer(kind=MessageKind.COULD_NOT_ASK, refused=True)
    if not may_command(reading.permission):
        return Answer(kind=MessageKind.NOT_ALLOWED, refused=True)
    return None


def _carry_out(turn: Turn, event: CommandGiven) -> Answer | None:
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
        return refuse("This is not an epic. Label the issue `orchestra`, or `/orchestra start` it.")
    return STEERING[type(command)](turn, command, event)
