"""The progress comment as a test compares it."""

from bot.core.model.epic import Epic
from bot.rendering.epic_view import LogEntry, epic_view
from bot.rendering.progress_comment import progress_comment
from tests.rendering.facts import at

_GIVEN = "\n\n<details><summary>What agents are given</summary>"
_COMMANDS = "\n\n<details><summary>Commands</summary>"


def shown(facts: Epic, *log: LogEntry) -> str:
    """The comment without the folded texts for agents and the commands at its end."""
    text, commands, _ = progress_comment(epic_view(facts, at(10), log)).partition(_COMMANDS)
    assert commands
    return text.partition(_GIVEN)[0]
