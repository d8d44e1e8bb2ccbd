"""The slash commands, one module each: what may be written and what it is read as."""

from typing import get_args

from bot.core.commands.arguments import CommandMistake, nearest_of, quoted
from bot.core.commands.cancel import Cancel
from bot.core.commands.help import Help
from bot.core.commands.pause import Pause
from bot.core.commands.resume import Resume
from bot.core.commands.retry import Retry
from bot.core.commands.skip import Skip
from bot.core.commands.start import Start
from bot.core.commands.status import Status

__all__ = [
    "COMMANDS",
    "PREFIX",
    "Cancel",
    "Command",
    "CommandMistake",
    "Help",
    "Pause",
    "Resume",
    "Retry",
    "Skip",
    "Start",
    "Status",
    "nearest",
    "parse_line",
]

PREFIX = "/orchestra"

Command = Start | Pause | Resume | Cancel | Retry | Skip | Status | Help
COMMANDS: tuple[type[Command], ...] = get_args(Command)
"""In the order in which the help lists them."""

_BY_VERB = {command.verb: command for command in COMMANDS}


def nearest(word: str) -> str | None:
    """Return the verb that a mistyped one most likely meant."""
    return nearest_of(word, _BY_VERB)


def parse_line(text: str) -> Command | CommandMistake:
    """Read one line that starts with `/orchestra`."""
    words = text.split()[1:]
    if not words:
        return CommandMistake(f"{PREFIX} needs a command after it.", usage=Help.usage)
    command = _BY_VERB.get(words[0].lower())
    if command is not None:
        return command.parse(words[1:])
    near = nearest(words[0])
    usage = _BY_VERB[near].usage if near else Help.usage
    return CommandMistake(f"There is no command {quoted(words[0])}.", nearest=near, usage=usage)
