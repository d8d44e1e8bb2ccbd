"""Words for why an epic is paused, and for what happened to its issue or repository."""

from bot.core.model.interruptions import Interruption
from bot.core.model.money import Micros, dollars_text
from bot.core.model.reasons import Pause, PauseKind
from bot.rendering.reasons import failure_text
from bot.rendering.style import MARKDOWN, Style, sentence
from bot.rendering.words import capital, money_words

_PAUSES = {
    PauseKind.PERSON: "{by} paused the epic.",
    PauseKind.AFTER_TASK: "the running task has ended, and {by} asked to pause then.",
    PauseKind.TASK_FAILED: "{task}: {failure}",
    PauseKind.CHECKLIST_MISTAKES: "all tasks are done, but a later edit of the checklist has"
    " mistakes, so what it adds or changes isn't used. Correct it or take it back, then resume.",
    PauseKind.NO_BASE_BRANCH: "the branch {branch} couldn't be created{saying}.",
    PauseKind.BASE_REWRITTEN: "{branch} no longer contains {sha}, the merge of {task}. Somebody may"
    " have rewritten its history. Restore it, or continue from {branch} as it is.",
    PauseKind.INTERRUPTED: "{interruption}",
    PauseKind.BUDGET: "{spent}",
    PauseKind.LEGACY: "{legacy}.",
}

_BUDGETS = {
    "task": "{task} has no money left for an agent. Its agents may cost {budget} together."
    " To allow more, write for example `budget: {more}` in code at the end of its line, or raise"
    " `budget.task` in the settings, then resume.",
    "epic": "this epic has no money left for another agent. Its agents may cost {budget} together.",
    "month": "this repository has no money left for another agent this month. Its agents, or all"
    " agents of this Orchestra server, have spent or set aside what they may cost ({budget} by the"
    " settings). Raise `budget.month`, or wait for the next month (UTC), then resume.",
}

_INTERRUPTIONS = {
    Interruption.UNLABELLED: ("removed", "the label"),
    Interruption.CLOSED: ("closed", "the issue"),
    Interruption.LOCKED: ("locked", "the issue"),
    Interruption.TRANSFERRED: ("transferred", "the issue"),
    Interruption.DELETED: ("deleted", "the issue"),
    Interruption.RENAMED: ("renamed or moved", "the repository"),
    Interruption.ARCHIVED: ("archived", "the repository"),
    Interruption.REPOSITORY_DELETED: ("deleted", "the repository"),
    Interruption.UNINSTALLED: ("uninstalled", "the App"),
    Interruption.SUSPENDED: ("suspended", "the App"),
}


def pause_text(pause: Pause, task: str = "the task", style: Style = MARKDOWN) -> str:
    """Return why an epic is paused: a sentence or more; `task` is what to call the failed task."""
    words = {
        "by": style.person(pause.by) if pause.by else "somebody",
        "task": task,
        "failure": failure_text(pause.failure, style)
        if pause.failure
        else "the reason is unknown.",
        "branch": style.code(pause.branch or "?"),
        "sha": (pause.sha or "")[:7] or "a commit",
        "saying": style.saying(pause.quote),
        "legacy": style.text((pause.quote or "the reason is unknown").rstrip(".")),
        "spent": _spent(pause, task),
        "interruption": interruption_text(pause.interruption, pause.by, style)
        if pause.interruption
        else "the issue or the repository changed.",
    }
    sentences = [sentence(_PAUSES[pause.kind], words)]
    if pause.kind is not PauseKind.INTERRUPTED and pause.interruption:
        sentences.append(interruption_text(pause.interruption, pause.by, style))
    if pause.held_by:
        sentences.append(f"{style.person(pause.held_by)} paused the epic as well.")
    elif pause.held and pause.kind not in (PauseKind.PERSON, PauseKind.AFTER_TASK):
        sentences.append("Somebody paused the epic as well.")
    return " ".join(sentences)


def _spent(pause: Pause, task: str) -> str:
    """Say which budget leaves no money for the task's next agent, and how there is more."""
    budget = money_words(pause.budget) if pause.budget is not None else "all of it"
    more = dollars_text(Micros(2 * pause.budget)) if pause.budget else "10"
    return _BUDGETS[pause.limit or "epic"].format(task=task, budget=budget, more=more)


def interruption_text(kind: Interruption, by: str | None = None, style: Style = MARKDOWN) -> str:
    """Return what happened to the issue, the repository or the App, as a sentence."""
    done, what = _INTERRUPTIONS[kind]
    return f"{style.person(by)} {done} {what}." if by else f"{capital(what)} was {done}."
