"""Words for what a person can do: one command per line."""

from collections.abc import Iterable

from bot.core.model.ways import Way
from bot.core.text.prefix import PREFIX
from bot.rendering.escape import code

_WORDS = {
    "add": "add a task",
    "cancel": "end the epic; open pull requests stay open",
    "doctor": "check permissions, rules and settings",
    "fix": "tell the agent what to do",
    "help": "list the commands",
    "logs": "show the log and the agent's prompt",
    "merge": "merge it now, without waiting",
    "pause": "stop the agents and launch nothing more",
    "restart": "start over with a new agent and a new branch",
    "resume": "continue from the current state on GitHub and Cursor",
    "retry": "try again",
    "set": "change this setting",
    "skip": "leave this task out",
    "start": "start",
    "status": "show the current state",
}


def way_text(way: Way) -> str:
    """Return the command's line, as a person would write it."""
    words = (PREFIX, way.verb, "" if way.task is None else str(way.task), way.argument)
    return " ".join(filter(None, words))


def way_line(way: Way, *, scheduled: bool = False) -> str:
    """Return the command and what it does; `scheduled`: a start at a later time is asked for."""
    does = _WORDS[way.verb]
    if scheduled:
        does = {"start": "start now", "cancel": "cancel the schedule"}.get(way.verb, does)
    return f"{code(way_text(way))} — {does}"


def way_lines(ways: Iterable[Way], *, scheduled: bool = False) -> str:
    """Return a list with one command per line, nothing where nothing can be done."""
    return "\n".join(f"- {way_line(way, scheduled=scheduled)}" for way in ways)
