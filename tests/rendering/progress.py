"""The progress comment as a test compares it."""

import re

from bot.core.model.epic import Epic
from bot.rendering.epic_view import LogEntry, epic_view
from bot.rendering.progress_comment import progress_comment
from tests.rendering.facts import at

_GIVEN = "\n\n<details><summary>What agents are given</summary>"
_PICTURE = re.compile(
    r"\n\n<details><summary>[^\n]*</summary>\n\n```mermaid.*?```\n\n</details>", re.S
)
_COMMANDS = "\n\n<details><summary>Commands</summary>"


def shown(facts: Epic, *log: LogEntry) -> str:
    """The comment without its picture, the folded texts for agents and the commands at its end."""
    text, commands, _ = progress_comment(epic_view(facts, at(10), log)).partition(_COMMANDS)
    assert commands
    return _PICTURE.sub("", text.partition(_GIVEN)[0])
