"""Words for what was done about a command, where there is more to say than 👍."""

from collections.abc import Mapping

from bot.core.model.interruptions import Interruption
from bot.core.model.notices import Notice
from bot.core.model.notices import NoticeKind as Kind
from bot.core.model.settings import DEFAULT_MODEL
from bot.core.text.prefix import PREFIX
from bot.rendering.escape import code, inline
from bot.rendering.words import clock, joined, money_words, tasks_word

_TEXTS = {
    Kind.ALREADY_RUNNING: "This epic is already running.",
    Kind.START_SCHEDULED: f"Scheduled for {{at}}. `{PREFIX} start` starts now; `{PREFIX} cancel`"
    " cancels the schedule.",
    Kind.STARTED_BESIDE_OTHERS: "Started. {others} in this repository, so merges into the same"
    " branch take turns.",
    Kind.ISSUE_EDITS_NOT_USED: "Resumed with the text that was approved before: nobody had read"
    f" the last edit of {{names}} yet. Read it; the next `{PREFIX} resume` uses it.",
    Kind.START_CANCELLED: f"The schedule is cancelled. `{PREFIX} start` starts now.",
    Kind.ALREADY_PAUSED: f"This epic is already paused. `{PREFIX} resume` continues it.",
    Kind.RETRY_AFTER_RESUME: f"{{task}} is tried again once you comment `{PREFIX} resume`.",
    Kind.RESTART_AFTER_RESUME: f"{{task}} starts over once you comment `{PREFIX} resume`.",
    Kind.TASK_ADDED: "Added as task {number}.",
    Kind.TASK_ADDED_AFTER_END: f"Added. `{PREFIX} start` continues with it.",
    Kind.PLAN_UNDER_WAY: "The plan is being written. A comment shows it once it is ready.",
    Kind.PLAN_BEFORE_START: "This issue has no checklist, so a plan is written first. Accept it,"
    f" then comment `{PREFIX} start` again.",
    Kind.PLAN_THEN_START: "This issue has no checklist, so a plan is written first. The epic starts"
    " by itself once the plan is in the issue.",
    Kind.PLAN_ACCEPTED: "Added {tasks} to the checklist.{start}",
    Kind.ALREADY_MERGING: "{task} is already being merged.",
    Kind.FIX_AFTER_OTHERS: "{task} gets your message when its turn comes.",
    Kind.INSTRUCTION_QUEUED: "The agent is still working. It gets your message as soon as it has"
    " finished.",
    Kind.BUDGET_CHANGED: "This epic's agents may now cost {amounts} together.",
    Kind.SETTINGS_CHANGED: "This epic now {settings}.",
    Kind.SETTINGS_CHANGED_FOR_NEXT_START: "From its next start, this epic {settings}.",
    Kind.INTERRUPTION_RESOLVED: f"{{resolved}} again. This epic stays paused until somebody"
    f" comments `{PREFIX} resume`.",
}
_RESOLVED = {
    Interruption.UNLABELLED: "The issue has its label",
    Interruption.CLOSED: "The issue is open",
    Interruption.LOCKED: "The issue is unlocked",
    Interruption.ARCHIVED: "The repository can be written to",
    Interruption.UNINSTALLED: "The App is installed",
    Interruption.SUSPENDED: "The App can work",
}
_SETTINGS: Mapping[str, Mapping[str, str]] = {
    "merge": {
        "immediately": "merges `immediately`",
        "manual": "leaves merging to people (`manual`)",
    },
    "model": {DEFAULT_MODEL: "uses the default model"},
}
_SETTING = {
    "model": "uses model {}",
    "priority": "runs with priority {}",
    "merge": "merges when {}",
    "max_parallel": "does up to {} tasks at a time",
}
_STARTING = {
    "start": f" `{PREFIX} start` starts with the first open one.",
    "resume": f" `{PREFIX} resume` continues.",
}
_ON_FAILURE = {"pause": "pauses", "continue": "continues", "stop": "stops"}


def answer_text(notice: Notice) -> str:
    """Return the whole answer."""
    is_final = notice.task == 0
    running = joined([f"#{number}" for number in notice.names])
    are = "are" if len(notice.names) > 1 else "is"
    words = {
        "task": "The final pull request" if is_final else f"Task {notice.task}",
        "number": notice.task,
        "tasks": tasks_word(notice.count or 0),
        "start": "".join(_STARTING[verb] for verb in notice.names if verb in _STARTING),
        "at": notice.at and clock(notice.at),
        "names": joined([inline(name) for name in notice.names]),
        "others": f"{running} {are} also running",
        "amounts": " of ".join(money_words(one) for one in notice.amounts),
        "settings": joined([_setting(key, value) for key, value in notice.values]),
        "resolved": notice.interruption and _RESOLVED[notice.interruption],
    }
    return _TEXTS[notice.kind].format_map(words)


def _setting(key: str, value: str) -> str:
    if key == "on_failure":
        return f"{_ON_FAILURE[value]} when a task fails"
    return _SETTINGS.get(key, {}).get(value) or _SETTING[key].format(code(value))
