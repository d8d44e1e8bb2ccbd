"""The answer to `logs`."""

from collections.abc import Sequence
from datetime import datetime

from bot.rendering.epic_view import EpicView, LogText
from bot.rendering.escape import block, cut, folded, quote
from bot.rendering.progress_comment import MAX_CHARACTERS, log_block

_MAX_LOG = 15_000
_USUAL_FENCES = 100
_MAX_SAID = 3_000


def logs_text(epic: EpicView, task: int | None, prompt: str | None) -> str:
    """Return the log's last lines; of a task's number, its lines and its agent's prompt."""
    if task is None:
        return _log(epic.log, epic.now) or "The log is empty."
    texts = dict(epic.given)
    if prompt is None and task in texts:
        words = block(cut(f"{texts[task]}\n\n\n{texts[0]}", MAX_CHARACTERS - 1_000))
        return f"Its agent will be given these words:\n\n{folded('Words', words)}"
    lines = [line for line in epic.log if line.task == task]
    log = _log(lines, epic.now) or f"Task {task} has no log yet."
    shown = epic.task(task)
    if shown is not None and shown.agent_said and not shown.agent_works:
        log = f"{log}\n\nThe agent's last words:\n\n{quote(shown.agent_said, _MAX_SAID)}"
    return f"{log}\n\n{_prompt(prompt, MAX_CHARACTERS - len(log) - 500)}"


def _log(lines: Sequence[LogText], now: datetime) -> str:
    """Return the lines, as many of the last as there is room for."""
    for first in range(len(lines)):
        if len(text := log_block(lines[first:], now)) <= _MAX_LOG:
            return text
    return ""


def _prompt(prompt: str | None, room: int) -> str:
    if prompt is None:
        return "No agent has been given a prompt yet."
    shown = block(cut(prompt, room))
    # A fence is longer than the longest run of ticks within, which may be all that there is.
    while len(shown) > room + _USUAL_FENCES:
        prompt = prompt[: len(prompt) // 2]
        shown = block(cut(prompt, room))
    return f"The agent's latest prompt:\n\n{folded('Prompt', shown)}"
