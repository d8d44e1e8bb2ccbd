"""The lines that are commands."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from bot.core.commands.add import Add
from bot.core.commands.arguments import nearest_of, shortened
from bot.core.commands.budget import Budget
from bot.core.commands.cancel import Cancel
from bot.core.commands.doctor import Doctor
from bot.core.commands.fix import Fix
from bot.core.commands.help import Help
from bot.core.commands.logs import Logs
from bot.core.commands.merge import Merge
from bot.core.commands.pause import Pause
from bot.core.commands.plan import Plan
from bot.core.commands.restart import Restart
from bot.core.commands.resume import Resume
from bot.core.commands.retry import Retry
from bot.core.commands.set import Set
from bot.core.commands.skip import Skip
from bot.core.commands.start import Start
from bot.core.commands.status import Status
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.text.prefix import PREFIX

# Longer than anybody would read, and a bound on the work that a hostile line makes.
_MAX_NEAREST = 200

Command = (
    Start
    | Plan
    | Pause
    | Resume
    | Cancel
    | Retry
    | Restart
    | Skip
    | Add
    | Merge
    | Fix
    | Set
    | Budget
    | Status
    | Logs
    | Doctor
    | Help
)
COMMANDS: tuple[type[Command], ...] = get_args(Command)
"""In the order in which the help lists them."""

# What people say for a verb of ours.
ALIASES = {
    "stop": "pause",
    "abort": "cancel",
    "continue": "resume",
    "unpause": "resume",
    "rerun": "retry",
    "go": "start",
    "begin": "start",
    "run": "start",
}
_BY_VERB = {command.verb: command for command in COMMANDS}


def parse_line(text: str) -> Command | Refusal:
    """Read one line that starts with `/orchestra`.

    The line that a refusal has for `nearest` is one that would be read as a command.
    """
    words = text[len(PREFIX) :].removeprefix(":").split()
    if not words:
        return Refusal(kind=RefusalKind.NO_COMMAND, usage=Help.usage)
    verb = words[0].lower()
    command = _BY_VERB.get(ALIASES.get(verb, verb))
    if command is None:
        return _unknown_verb(words[0], words[1:])
    parsed = command.parse(words[1:])
    if isinstance(parsed, Refusal) and parsed.nearest is not None:
        return replace(parsed, nearest=_corrected(parsed.nearest))
    return parsed


def verbs_of(parsed: Command | Refusal) -> tuple[str, ...]:
    """Return the verbs by whose rules the line is judged: all of them have to allow it.

    One that is no command has an empty verb.
    """
    if isinstance(parsed, Refusal):
        return ("",)
    sets_budget = isinstance(parsed, Start) and parsed.budget is not None
    return (parsed.verb, Budget.verb) if sets_budget else (parsed.verb,)


def nearest(word: str) -> str | None:
    """Return the verb that a mistyped one most likely meant; never its opposite."""
    near = nearest_of(word, (*_BY_VERB, *ALIASES))
    return near and ALIASES.get(near, near)


def _unknown_verb(word: str, rest: Sequence[str]) -> Refusal:
    refusal = Refusal(kind=RefusalKind.UNKNOWN_COMMAND, word=shortened(word), usage=Help.usage)
    near = nearest(word)
    if near is None:
        return refusal
    command = _BY_VERB[near]
    line = _corrected(" ".join([near, *rest])) or _corrected(near) or command.example
    return replace(refusal, nearest=line, usage=command.usage)


def _corrected(line: str) -> str | None:
    """Follow the corrections, each of one word, to a line that is a command."""
    if len(line) > _MAX_NEAREST:
        return None
    parsed = parse_line(f"{PREFIX} {line}")
    return parsed.nearest if isinstance(parsed, Refusal) else line
