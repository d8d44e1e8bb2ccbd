"""The line that says what an epic waits for, and what gets past it."""

from datetime import datetime

from bot.core.commands import PREFIX
from bot.core.model.epic import Epic, PauseCause, Task
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.settings import Rule
from bot.core.text.checklist import parse_checklist
from bot.core.text.sanitize import one_line
from bot.rendering.escape import cut
from bot.rendering.words import clock

SETTINGS_FILE = "`.github/orchestra.yml`"
_BY_ITSELF = "it goes on by itself"
_HOLD = f"`{PREFIX} pause` holds it"
# What comes after a reason, the way past it, is never cut off with it.
_MAX_REASON = 500
_USUAL_REASONS = {
    TaskStatus.PROCESSING: "its agent",
    TaskStatus.PR_OPEN: "its pull request",
    TaskStatus.MERGING: "GitHub to merge its pull request",
}
_WAYS = {
    TaskStatus.PROCESSING: f"`{PREFIX} restart {{0}}` begins it anew,"
    f" `{PREFIX} skip {{0}}` leaves it out",
    TaskStatus.PR_OPEN: f"`{PREFIX} skip {{0}}` leaves it out",
    TaskStatus.MERGING: f"`{PREFIX} pause` holds what comes after",
}
_QUEUED = f"`{PREFIX} pause` takes it out"


def waiting_for(epic: Epic, now: datetime) -> str | None:
    """Return what the epic waits for and what gets past it; None once nothing is awaited."""
    if epic.status.is_final:
        return None
    if epic.status is EpicStatus.GENERATING_SPEC:
        return f"a checklist to be proposed; {_BY_ITSELF}, `{PREFIX} cancel` ends it"
    if epic.status is EpicStatus.PENDING:
        return _before_start(epic, now)
    if epic.status is EpicStatus.PAUSED:
        return _person(epic)
    if epic.throttled_until and epic.throttled_until > now:
        until = f"{epic.throttled_by or 'a limit'}, throttled until {clock(epic.throttled_until)}"
        return f"{until}; nothing to do: {_BY_ITSELF}, {_HOLD}"
    waits = [f"{task_name(task)}: {task_waits_for(task)}" for task in epic.under_way()]
    return "; ".join(waits) or _next(epic)


def task_waits_for(task: Task) -> str:
    """Return what a task that is under way waits for, and what gets past it."""
    reason = _told(task.waiting_for or _USUAL_REASONS.get(task.status, "its turn"))
    if PREFIX in reason:
        return reason
    return f"{reason}; {_way(task)}"


def task_name(task: Task) -> str:
    """Return the words for a task within a sentence."""
    return task.name.removeprefix("the ")


def _way(task: Task) -> str:
    if task.is_final_pull_request and task.status is not TaskStatus.MERGING:
        return f"`{PREFIX} cancel` ends the epic and leaves it open"
    if task.pull_request is not None and task.pull_request.is_queued:
        return _QUEUED
    return _WAYS.get(task.status, f"{_BY_ITSELF}, {_HOLD}").format(task.number)


def _told(reason: str) -> str:
    """The reason, cut to size, in which no tick changes how the commands after it look."""
    reason = cut(one_line(reason).rstrip("."), _MAX_REASON)
    has_loose_ticks = reason.count("`") % 2 or "``" in reason
    return reason.replace("`", "’") if has_loose_ticks else reason


def _before_start(epic: Epic, now: datetime) -> str:
    files = ["checklist"] if epic.mistakes else []
    if epic.settings_mistakes:
        files.append(SETTINGS_FILE)
    needs = [f"a corrected {' and a corrected '.join(files)}"] if files else []
    if not (files or epic.tasks or parse_checklist(epic.body).items):
        needs = ["a checklist"]
    start = f"`{PREFIX} start`"
    # Only `start` reads the settings again.
    if epic.start_at is not None and not epic.settings_mistakes:
        return _until(epic.start_at, now, needs)
    who = f" from {_who(epic.settings.permissions.rule_for('start'))}"
    return ", then ".join([*needs, start + ("" if needs else who)])


def _until(start_at: datetime, now: datetime, needs: list[str]) -> str:
    call_off = f"`{PREFIX} cancel` calls it off"
    if start_at > now:
        ways = f"`{PREFIX} start` begins at once, {call_off}"
        return f"{', then '.join([*needs, clock(start_at)])}; {ways}"
    if needs:
        late = f"as {clock(start_at)} has passed it then begins by itself"
        return f"{needs[0]}; {late}, {call_off}"
    return f"a look at the base branch before it begins; {_BY_ITSELF}, {call_off}"


def _who(rule: Rule) -> str:
    listed = f"listed in {SETTINGS_FILE}" if rule.people or rule.teams else ""
    level = f"with {rule.level} permission" if rule.level else ""
    return f"somebody {' or '.join(filter(None, [level, listed])) or 'who may'}"


def _person(epic: Epic) -> str:
    reason = f" ({_told(epic.pause_reason)})" if epic.pause_reason else ""
    return f"a person{reason}; {_goes_on(epic)} goes on, `{PREFIX} cancel` ends it"


def _goes_on(epic: Epic) -> str:
    resume, stuck = f"`{PREFIX} resume`", epic.stuck()
    failed = [task for task in epic.tasks if task.status is TaskStatus.FAILED]
    numbered = [task.number for task in failed if not task.is_final_pull_request]
    if epic.pause_cause is PauseCause.PERSON and len(stuck) > 1:
        return f"`{PREFIX} retry all`, then {resume},"
    if epic.pause_cause is PauseCause.PERSON and stuck:
        number = stuck[0].number
        return f"`{PREFIX} retry {number}` or `{PREFIX} skip {number}`, then {resume},"
    if epic.pause_cause is PauseCause.PERSON or not numbered:
        return resume
    ways = [f"`{PREFIX} {verb} {numbered[0]}`" for verb in ("retry", "skip")]
    return " or ".join(ways if stuck else [*ways, resume])


def _next(epic: Epic) -> str:
    if not epic.base_is_ready:
        return f"the branch `{epic.base}` to be made; nothing to do: {_BY_ITSELF}"
    task = epic.next_task()
    if task is None:
        return f"the last of its work to be recorded; nothing to do: {_BY_ITSELF}"
    if epic.base_red:
        fails = "checks {} fail" if "”, “" in epic.base_red else "check {} fails"
        red = fails.format(_told(epic.base_red))
        what = f"`{epic.base}` to be green again ({red} there)"
        way = f"a fix or a re-run of the check gets past it, then {_BY_ITSELF}"
        return f"{task_name(task)}: {what}; {way}"
    if task.retry_at:
        return f"{task_name(task)}: tried again at {clock(task.retry_at)}; {_BY_ITSELF}, {_HOLD}"
    return f"{task_name(task)}: its launch; {_BY_ITSELF}, {_HOLD}"
