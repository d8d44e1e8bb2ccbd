"""What an epic needs from a person, and what happens next by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.plan import PlanStage
from bot.core.model.reasons import HoldKind, PauseKind, WaitKind
from bot.core.model.settings import Rule
from bot.core.model.ways import Way
from bot.core.text.prefix import PREFIX
from bot.rendering.epic_view import EpicView, TaskView
from bot.rendering.escape import code, inline
from bot.rendering.pauses import pause_text
from bot.rendering.reasons import TaskName, base_red_text, wait_text
from bot.rendering.style import MARKDOWN
from bot.rendering.words import capital, clock, joined

SETTINGS_FILE = "`.github/orchestra.yml`"
_MAX_TITLE = 80
_ASKED_FOR = (PauseKind.PERSON, PauseKind.AFTER_TASK)
_USUAL_WAITS = {
    TaskStatus.PENDING: "{task} is queued.",
    TaskStatus.PROCESSING: "waiting for the agent on {task}.",
    TaskStatus.PR_OPEN: "checking the state of {request}.",
    TaskStatus.MERGING: "waiting for GitHub to merge {request}.",
}


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a person is needed for, and what they can do.

    `task` is the one that failed, if any; `asked_for`: a person wanted it so.
    """

    text: str
    ways: tuple[Way, ...]
    task: TaskView | None = None
    asked_for: bool = False


def needs(epic: EpicView) -> tuple[Need, ...]:
    """Return what keeps the epic from continuing until a person does something."""
    if epic.status is EpicStatus.PAUSED:
        return (_paused(epic),)
    if epic.status is not EpicStatus.ACTIVE:
        return ()
    waiting = [task for task in epic.all_tasks if task.needs_person and not task.status.is_final]
    found = [Need(text=task_waits(epic, task, titled=True), ways=task.ways) for task in waiting]
    told = any(task.wait and task.wait.kind is WaitKind.BASE_RED for task in waiting)
    if epic.base_red and not told:
        text = base_red_text(epic.base_branch, epic.base_red, unfinished=epic.base_unfinished)
        found.append(Need(text=text, ways=_ways_past_red(epic)))
    return tuple(found)


def next_line(epic: EpicView) -> str | None:
    """Return what happens next by itself, or who starts the epic; None where nothing does."""
    if epic.status is EpicStatus.GENERATING_SPEC:
        return _planned(epic)
    if epic.status is EpicStatus.PENDING:
        return _before_start(epic)
    if epic.status is not EpicStatus.ACTIVE:
        return None
    if held := _held_now(epic):
        return held
    under_way = [task for task in epic.all_tasks if task.status.is_under_way]
    waits = [task_waits(epic, task) for task in under_way if not task.needs_person]
    # One that waits for a free agent says so.
    pending = (task for task in epic.tasks if task.status is TaskStatus.PENDING and task.wait)
    waits += [task_waits(epic, task) for task in pending]
    return " ".join(waits) or (None if under_way else _next_launch(epic))


def _planned(epic: EpicView) -> str:
    """Return what an epic waits for that has nothing but a plan."""
    if epic.plan is not None and epic.plan.stage is PlanStage.PROPOSED:
        return f"**Next:** {who_may(epic.who_may_plan)} comments `{PREFIX} plan accept`."
    return _held_now(epic) or "Writing a plan for this issue, which takes a minute or two."


def _held_now(epic: EpicView) -> str | None:
    if epic.throttled_until is None or epic.throttled_until <= epic.now:
        return None
    return _held(epic, clock(epic.throttled_until, epic.now))


def _held(epic: EpicView, until: str) -> str:
    service = inline(epic.throttled_by or "A service")
    kind = epic.hold.kind if epic.hold else HoldKind.LIMITED
    said = MARKDOWN.saying(epic.hold.quote if epic.hold else "")
    if kind is HoldKind.UNAUTHORIZED:
        return f"{service} refuses Orchestra's access{said}. Trying again at {until}."
    if kind is HoldKind.UNANSWERED:
        return f"{service} gives no usable answer{said}. Trying again at {until}."
    if kind is HoldKind.NOT_FOUND:
        return f"{service} doesn't show this repository to Orchestra. Trying again at {until}."
    if kind is HoldKind.NOT_SERVED:
        return (
            "This Orchestra server isn't enabled for the account, so no agent starts and nothing is"
            f" merged. Looking again at {until}."
        )
    return f"{service} limits requests until {until}. Work continues by itself then."


def task_waits(epic: EpicView, task: TaskView, *, titled: bool = False) -> str:
    """Return what a task that is under way waits for."""
    name = task_name(epic, task, titled=titled)
    if task.wait is None:
        words = {"task": name.task, "request": name.request}
        return capital(_USUAL_WAITS[task.status].format_map(words))
    return wait_text(task.wait, name)


def task_name(epic: EpicView, task: TaskView, *, titled: bool = False) -> TaskName:
    """Return what sentences call the task; `titled` adds its title."""
    number = f"#{task.pull_request_number}" if task.pull_request_number else None
    title = f" “{inline(task.title, _MAX_TITLE)}”" if titled else ""
    short = f"task {task.number}{title}"
    request = f"{number} ({short})" if number else f"the pull request of {short}"
    if task.is_final_pull_request:
        short = "the final pull request"
        request = f"{short} ({number})" if number else short
    return TaskName(
        task=f"{short} ({number})" if number else short,
        short=short,
        request=request,
        since=task.agent_since,
        now=epic.now,
    )


def who_may(rule: Rule) -> str:
    """Return `someone with write access`, or what else the settings ask for."""
    listed = f"listed in {SETTINGS_FILE}" if rule.people or rule.teams else ""
    level = f"with {rule.level} access" if rule.level else ""
    return f"someone {' or '.join(filter(None, [level, listed])) or 'with permission'}"


def _paused(epic: EpicView) -> Need:
    if epic.pause is None:
        return Need(text="The epic is paused.", ways=epic.ways)
    named = epic.task(epic.pause.task)
    task = named if epic.pause.kind is PauseKind.TASK_FAILED else None
    name = task_name(epic, named, titled=True).task if named else "the task"
    return Need(
        text=pause_text(epic.pause, name),
        ways=epic.ways,
        task=task,
        asked_for=epic.pause.kind in _ASKED_FOR,
    )


def _ways_past_red(epic: EpicView) -> tuple[Way, ...]:
    """Return what can be done about the task that waits for its launch."""
    task = _next_pending(epic)
    return task.ways if task else ()


def _before_start(epic: EpicView) -> str:
    if steps := list(_corrections(epic)):
        start = f"comment `{PREFIX} start`"
        # Only `start` reads the settings again.
        if epic.start_at and not epic.settings_mistakes:
            start = f"the epic starts at {clock(epic.start_at, epic.now)}"
        return f"**Next:** {joined(steps)}. Then {start}."
    if epic.start_at is None:
        return f"**Next:** {who_may(epic.who_may_start)} comments `{PREFIX} start`."
    if epic.start_at > epic.now:
        return f"Scheduled for {clock(epic.start_at, epic.now)}."
    return f"Checking {code(epic.base_branch)} before the first task starts."


def _corrections(epic: EpicView) -> Iterator[str]:
    if epic.mistakes:
        yield "correct the checklist"
    if epic.settings_mistakes:
        yield f"correct {SETTINGS_FILE}"
    if not (epic.mistakes or epic.settings_mistakes):
        if not epic.tasks:
            plan = f", or have one written by `{PREFIX} plan`" if epic.can_plan else ""
            checklist = f"add a checklist to this issue{plan}"
            yield "add sub-issues" if epic.from_sub_issues else checklist
        elif all(task.status.is_final for task in epic.tasks):
            yield "add an open task to the checklist"


def _next_launch(epic: EpicView) -> str | None:
    if not epic.base_is_ready:
        return f"Creating the branch {code(epic.base_branch)}."
    task = _next_pending(epic)
    if task is None:
        return "Finishing up."
    if epic.base_red:
        return None
    name = task_name(epic, task)
    if task.retry_at:
        return f"{capital(name.task)} is retried at {clock(task.retry_at, epic.now)}."
    return f"Launching an agent for {name.task}."


def _next_pending(epic: EpicView) -> TaskView | None:
    """Return the task that is launched next, which need not be the first in line."""
    return epic.task(epic.next_task)
