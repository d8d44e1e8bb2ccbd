"""A picture of the epic in Mermaid, which GitHub draws: the order of its tasks, or its times.

GitHub draws at most 50,000 characters and 500 links (Mermaid's `maxTextSize` and `maxEdges`,
https://mermaid.js.org/config/schema-docs/config.html); what is larger is left out.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.text.sanitize import one_line
from bot.rendering.epic_view import EpicView, TaskView
from bot.rendering.escape import cut, folded

MAX_CHARACTERS = 50_000
MAX_LINKS = 500
# More would be too small to be read.
_MAX_TASKS = 100
_MAX_TITLE = 40
_MAX_TICKS = 5
_INTERVALS = (
    ("1minute", timedelta(minutes=1)),
    ("5minute", timedelta(minutes=5)),
    ("15minute", timedelta(minutes=15)),
    ("1hour", timedelta(hours=1)),
    ("4hour", timedelta(hours=4)),
    ("1day", timedelta(days=1)),
    ("1week", timedelta(weeks=1)),
)
# All that stands for itself in a label, whatever Mermaid's grammar is about to be.
_PLAIN = frozenset(" .,-")
# A node's class by the task's state: its sign, its fill and its border.
_CLASSES = {
    "queued": ("⚪", "#f6f8fa", "#59636e"),
    "working": ("🔵", "#ddf4ff", "#0969da"),
    "open": ("🟣", "#fbefff", "#8250df"),
    "waiting": ("🟠", "#fff1e5", "#bc4c00"),
    "merged": ("✅", "#dafbe1", "#1a7f37"),
    "failed": ("❌", "#ffebe9", "#cf222e"),
    "left": ("⚫", "#eaeef2", "#59636e"),
}
_CLASS = {
    TaskStatus.PENDING: "queued",
    TaskStatus.PROCESSING: "working",
    TaskStatus.PR_OPEN: "open",
    TaskStatus.MERGING: "open",
    TaskStatus.COMPLETED: "merged",
    TaskStatus.FAILED: "failed",
    TaskStatus.CANCELLED: "left",
    TaskStatus.SKIPPED: "left",
}
# How a timeline draws a bar; one without a word has the theme's own colour.
_BARS = {"merged": "done, ", "failed": "crit, ", "working": "active, ", "open": "active, "}


def picture(epic: EpicView) -> str:
    """Return the picture, folded; nothing where it would show nothing, or GitHub not draw it."""
    title, lines = _graph(epic) if _has_order(epic) else _timeline(epic)
    text = "\n".join(lines)
    if not lines or len(text) > MAX_CHARACTERS:
        return ""
    return folded(title, f"```mermaid\n{text}\n```")


def label(text: str) -> str:
    """Return a title as Mermaid's text that nothing can be said with: letters and codes.

    Of anything else but letters, digits and a few marks there is the number of its character, which
    Mermaid puts back once it has read the picture
    (https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters).
    """
    shown = cut(one_line(text), _MAX_TITLE)
    return "".join(mark if mark.isalnum() or mark in _PLAIN else f"#{ord(mark)};" for mark in shown)


def _has_order(epic: EpicView) -> bool:
    return any(task.options.after for task in epic.tasks)


def _graph(epic: EpicView) -> tuple[str, Sequence[str]]:
    """Return what waits for what, each task in the colour of its state."""
    numbers = {task.number for task in epic.tasks}
    links = [
        f"  t{before} --> t{task.number}"
        for task in epic.tasks
        for before in task.options.after
        if before in numbers
    ]
    title = "Order of the tasks"
    if not 1 < len(numbers) <= _MAX_TASKS or len(links) > MAX_LINKS:
        return title, ()
    used = dict.fromkeys(_class(epic, task) for task in epic.tasks)
    return title, (
        "flowchart TD",
        *(_node(epic, task) for task in epic.tasks),
        *links,
        *(f"  classDef {name} {_style(name)}" for name in used),
    )


def _node(epic: EpicView, task: TaskView) -> str:
    name = _class(epic, task)
    sign, *_ = _CLASSES[name]
    return f'  t{task.number}["{sign} {task.number} · {label(task.title)}"]:::{name}'


def _class(epic: EpicView, task: TaskView) -> str:
    if epic.status is EpicStatus.ACTIVE and task.needs_person and not task.status.is_final:
        return "waiting"
    return _CLASS[task.status]


def _style(name: str) -> str:
    # Dark letters on light ground can be read whatever theme GitHub has chosen.
    _, fill, border = _CLASSES[name]
    return f"fill:{fill},stroke:{border},color:#1f2328"


def _timeline(epic: EpicView) -> tuple[str, Sequence[str]]:
    """Return when each task was worked on; one alone would show less than the table."""
    bars = list(_bars(epic))
    title = "What happened when (UTC)"
    if not 1 < len(bars) <= _MAX_TASKS:
        return title, ()
    first, last = min(start for _, start, _ in bars), max(end for _, _, end in bars)
    return title, (
        "gantt",
        # Mermaid reads and shows these as the reader's own times: nothing is converted.
        "  dateFormat YYYY-MM-DD HH:mm:ss",
        f"  axisFormat {'%H:%M' if first.date() == last.date() else '%d %b %H:%M'}",
        f"  tickInterval {_interval(last - first)}",
        "  todayMarker off",
        *(f"  {bar}, {_time(start)}, {_time(end)}" for bar, start, end in bars),
    )


def _bars(epic: EpicView) -> Iterator[tuple[str, datetime, datetime]]:
    """Yield what was begun, with its start and its end, which may be that of this view."""
    for task in epic.all_tasks:
        if task.started_at is None:
            continue
        end = task.ended_at or epic.ended_at or epic.now
        # A title would be cut where the bar is short, and the table has it.
        name = "Final pull request" if task.is_final_pull_request else f"Task {task.number}"
        kind = _BARS.get(_class(epic, task), "")
        yield f"{name} :{kind}t{task.number}", task.started_at, max(end, task.started_at)


def _interval(whole: timedelta) -> str:
    """Return how far the times below the bars are apart, so that they fit a phone."""
    fitting = (name for name, length in _INTERVALS if whole <= length * _MAX_TICKS)
    return next(fitting, "1month")


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
