"""Words for what a person can do: one command per line."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bot.core.model.ways import Way
from bot.core.text.prefix import PREFIX
from bot.rendering.escape import code

_WORDS = {
    "add": "add a task",
    "budget": "allow so many US dollars more, and continue",
    "cancel": "end the epic; open pull requests stay open",
    "doctor": "check permissions, rules and settings first",
    "fix": "tell the agent what to do",
    "merge": "merge it now, without waiting",
    "pause": "stop the agents and launch nothing more",
    "plan": "have a plan written",
    "plan accept": "write exactly this plan into the issue's checklist",
    "plan INSTRUCTIONS": "have another plan written",
    "restart": "start over with a new agent and a new branch",
    "resume": "continue from the current state on GitHub and Cursor",
    "retry": "try again",
    "set": "change the setting",
    "skip": "leave this task out",
    "start": "start",
}
_ONCE_FIXED = {
    "resume": "continue, once you have fixed it",
    "start": "start, once you have fixed it",
}
SCHEDULED = MappingProxyType({"start": "start now", "cancel": "cancel the schedule"})
ENDED = MappingProxyType({"start": "continue with what is left"})
_USUAL: Mapping[str, str] = MappingProxyType({})


def way_text(way: Way) -> str:
    """Return the command's line, as a person would write it."""
    words = (PREFIX, way.verb, "" if way.task is None else str(way.task), way.argument)
    return " ".join(filter(None, words))


def way_line(way: Way, words: Mapping[str, str] = _USUAL) -> str:
    """Return the command and what it does; `words` has what else verbs mean in this state."""
    with_argument = f"{way.verb} {way.argument}"
    does = words.get(way.verb) or _WORDS.get(with_argument) or _WORDS[way.verb]
    if way.once_fixed:
        does = _ONCE_FIXED[way.verb]
    return f"{code(way_text(way))} — {does}"


def way_lines(ways: Iterable[Way], words: Mapping[str, str] = _USUAL) -> str:
    """Return a list with one command per line, nothing where nothing can be done."""
    return "\n".join(f"- {way_line(way, words)}" for way in ways)
