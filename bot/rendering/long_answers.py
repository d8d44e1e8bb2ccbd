"""The answers to `logs` and `doctor`."""

from collections.abc import Sequence

from bot.core.commands import PREFIX
from bot.core.model.messages import Finding, Health
from bot.rendering.epic_view import EpicView, LogText
from bot.rendering.escape import block, cell, cut
from bot.rendering.progress_comment import MAX_CHARACTERS, folded, log_block

_MARKS = {Health.GOOD: "✅", Health.WARNING: "⚠️", Health.BAD: "❌"}
_MAX_LOG = 15_000
_MAX_FINDING = 500
_USUAL_FENCES = 100


def logs_text(epic: EpicView, task: int | None, prompt: str | None) -> str:
    """Return the log's last lines; of a task's number, its lines and its agent's prompt."""
    if task is None:
        return _log(epic.log) or "Nothing has happened yet."
    lines = [line for line in epic.log if line.task == task]
    log = _log(lines) or f"Nothing has happened to task {task} yet."
    return f"{log}\n\n{_prompt(prompt, MAX_CHARACTERS - len(log) - 500)}"


def doctor_text(findings: Sequence[Finding]) -> str:
    """Return what was found as a table, and what it comes to in one line."""
    rows = [
        f"| {_MARKS[one.health]} | {cell(one.what)} | {cell(one.text, _MAX_FINDING)} |"
        for one in findings
    ]
    return "\n".join(["| | What | |", "|:--|:--|:--|", *rows, "", _verdict(findings)])


def _log(lines: Sequence[LogText]) -> str:
    """Return the lines, as many of the last as there is room for."""
    for first in range(len(lines)):
        if len(text := log_block(lines[first:])) <= _MAX_LOG:
            return text
    return ""


def _prompt(prompt: str | None, room: int) -> str:
    if prompt is None:
        return "No agent was given anything yet."
    shown = block(cut(prompt, room))
    # A fence is longer than the longest run of ticks within, which may be all that there is.
    while len(shown) > room + _USUAL_FENCES:
        prompt = prompt[: len(prompt) // 2]
        shown = block(cut(prompt, room))
    return f"The agent was given exactly this:\n\n{folded('Prompt', shown)}"


def _verdict(findings: Sequence[Finding]) -> str:
    bad = sum(one.health is Health.BAD for one in findings)
    warnings = sum(one.health is Health.WARNING for one in findings)
    if bad:
        need = "1 thing needs" if bad == 1 else f"{bad} things need"
        return f"{need} attention before `{PREFIX} start`."
    if warnings:
        fetch = "1 warning is" if warnings == 1 else f"{warnings} warnings are"
        return f"Ready: nothing stands in the way; {fetch} worth a look."
    return "Ready: nothing stands in the way."
