"""What a person sees of an epic: the progress comment, and the pull requests between its edits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_HEADING = re.compile(r"^### (?P<title>.*) · (?P<state>[^·\n]+)$", re.M)
_ITEM = re.compile(r"^- \[[ xX]\] (.+)$", re.M)
_ROW = re.compile(r"^\| *(\d+) *\|(.*)\|$", re.M)
_CELL_END = re.compile(r"(?<!\\)\|")
_FOLDED = re.compile(r"<details>.*?</details>", re.S)
_HIDDEN = re.compile(r"<!--.*?-->\n?", re.S)
_LOG = re.compile(r"<summary>Log</summary>\s*(`{3,}|~{3,})\w*\n(?P<text>.*?)\n\1", re.S)
_PULL = re.compile(r" #\d+$")
_BRANCH = re.compile(r"orchestra/epic-(?P<issue>\d+)/task-(?P<task>\d+)-")
_WAITING = "⚪ queued"
_ENDED = ("✅", "❌", "⚫")


@dataclass(frozen=True)
class TaskView:
    """One task: its state in the comment's words or its pull request's, whichever says more."""

    number: int
    title: str
    state: str = _WAITING
    pull: int | None = None
    merged: bool = False


@dataclass(frozen=True)
class EpicView:
    """The whole epic; `says` is the comment's Markdown above its table, `log` what it has folded.

    `state` is the word in the comment's heading, empty before there is a comment.
    """

    title: str
    state: str
    says: str
    log: str
    tasks: tuple[TaskView, ...]

    @property
    def merged(self) -> int:
        """How many tasks' pull requests are merged."""
        return sum(task.merged for task in self.tasks)

    @property
    def stuck(self) -> str:
        """The first task that is not merged, in words; empty when there is none."""
        left = [task for task in self.tasks if not task.merged]
        if not left:
            return ""
        pull = f", pull request #{left[0].pull}" if left[0].pull else ""
        return f"task {left[0].number} ({left[0].title}): {left[0].state}{pull}"


@dataclass(frozen=True)
class PullView:
    """A task's pull request; `checks` are the check runs of its head."""

    task: int
    number: int
    state: str
    merged: bool


def epic_view(body: str, comment: str | None, pulls: Mapping[int, PullView]) -> EpicView:
    """The epic as the issue's `body`, the progress comment and the tasks' pull requests show it."""
    text = shown(comment or "")
    heading = _HEADING.search(text)
    table = _FOLDED.sub("", text)
    rows = {int(row[1]): _CELL_END.split(row[2]) for row in _ROW.finditer(table)}
    tasks = [
        _task(number, title, rows.get(number, []), pulls.get(number))
        for number, title in enumerate(_ITEM.findall(body), 1)
    ]
    log = _LOG.search(text)
    return EpicView(
        title=heading["title"] if heading else "",
        state=heading["state"].strip() if heading else "",
        says=_above_table(text),
        log=log["text"] if log else "",
        tasks=tuple(tasks),
    )


def shown(text: str) -> str:
    """A comment's text as GitHub shows it: without what its author hid."""
    return _HIDDEN.sub("", text)


def task_of(pull: Mapping[str, Any]) -> int | None:
    """The number of the task whose branch the pull request is of; None if of none."""
    branch = _BRANCH.match(pull["head"]["ref"])
    return int(branch["task"]) if branch else None


def pull_view(pull: Mapping[str, Any], checks: Sequence[Mapping[str, Any]]) -> PullView | None:
    """The pull request as its page shows it; None if its branch is no task's."""
    task = task_of(pull)
    if task is None:
        return None
    state = _pull_state(pull, checks)
    return PullView(task, pull["number"], state, pull["merged_at"] is not None)


def _task(number: int, title: str, row: Sequence[str], pull: PullView | None) -> TaskView:
    cells = [cell.strip() for cell in row]
    # The state comes first, then its pull request and agent; before the start there is but a note.
    state = _PULL.sub("", cells[1].partition(" · ")[0]) if len(cells) > 1 else ""
    state = state or _WAITING
    if pull is None:
        return TaskView(number, title, state)
    if pull.merged or not state.startswith(_ENDED):
        state = pull.state
    return TaskView(number, title, state, pull.number, pull.merged)


def _pull_state(pull: Mapping[str, Any], checks: Sequence[Mapping[str, Any]]) -> str:
    if pull["merged_at"]:
        return "✅ merged"
    if pull["state"] == "closed":
        return "⚫ pull request closed"
    failed = [check["name"] for check in checks if check["conclusion"] == "failure"]
    if failed:
        return f"❌ {', '.join(failed)} failed"
    if any(check["status"] != "completed" for check in checks):
        return "🟣 checks running"
    return "🟣 checks passed" if checks else "🟣 open"


def _above_table(text: str) -> str:
    lines = _FOLDED.sub("", _HEADING.sub("", text)).splitlines()
    kept = [line for line in lines if not line.startswith("|") and not line.startswith("> [!")]
    return "\n".join(kept).strip()
