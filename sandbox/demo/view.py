"""What a person sees of an epic: the progress comment, and what has happened since its last edit.

The comment is edited every ten seconds at most, so pull requests and agents are often ahead of it.
A view never mixes the two: it is the comment as a whole, or what has happened as a whole.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_HEADING = re.compile(r"^### (?P<title>.*) · (?P<state>[^·\n]+)$", re.M)
_ITEM = re.compile(r"^- \[[ xX]\] (.+?)(?: `[a-z]+: [^`]+`)*$", re.M)
_ROW = re.compile(r"^\| *(\d+) *\|(.*)\|$", re.M)
_CELL_END = re.compile(r"(?<!\\)\|")
_FOLDED = re.compile(r"<details>.*?</details>", re.S)
_HIDDEN = re.compile(r"<!--.*?-->\n?", re.S)
_LOG = re.compile(r"<summary>Log</summary>\s*(`{3,}|~{3,})\w*\n(?P<text>.*?)\n\1", re.S)
_PULL = re.compile(r" #(\d+)$")
_BRANCH = re.compile(r"orchestra/epic-(?P<issue>\d+)/task-(?P<task>\d+)-")
_WAITING = "⚪ queued"
_ENDED = ("✅", "❌", "⚫")
_AGENT_FAILED = "🔴"
# What the comment says of a task whose agent failed.
_AFTER_FAILURE = ("🟡", "🟠", "❌")
# What the comment says of a task whose pull request is open.
_OPEN = "🟣🟠🟡"
_NOT_STARTED = ("", "ready to start")


@dataclass(frozen=True)
class TaskView:
    """One task: its `state` as it is now, and `words`, what the comment calls it."""

    number: int
    title: str
    state: str = _WAITING
    pull: int | None = None
    merged: bool = False
    words: str = field(default="", compare=False)
    words_pull: int | None = field(default=None, compare=False)

    @property
    def is_as_the_comment_says(self) -> bool:
        """Whether the comment's words and the state are of one kind, and of one pull request."""
        if self.pull is not None and self.pull != self.words_pull:
            return False
        told = (self.words or _WAITING)[0]
        is_open = self.pull is not None and not self.merged and self.state[0] in "🟣❌"
        return told == self.state[0] or (is_open and told in _OPEN)


@dataclass(frozen=True)
class EpicView:
    """The whole epic; `says` is the comment's Markdown above its table, `log` what it has folded.

    `state` is the word in the comment's heading, empty before there is a comment, but “running”
    once anything runs. `current` is whether the comment is not behind what has happened.
    """

    title: str
    state: str
    says: str
    log: str
    tasks: tuple[TaskView, ...]
    current: bool = True

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


@dataclass(frozen=True)
class AgentView:
    """A task's agent as its page at Cursor shows it."""

    task: int
    state: str
    works: bool


def epic_view(
    body: str,
    comment: str | None,
    pulls: Mapping[int, PullView],
    agents: Mapping[int, AgentView] | None = None,
) -> EpicView:
    """Return the epic as the issue's `body` and the progress comment show it, and what happened.

    `pulls` and `agents` are the latest of each task.
    """
    text = shown(comment or "")
    heading = _HEADING.search(text)
    table = _FOLDED.sub("", text)
    rows = {int(row[1]): _CELL_END.split(row[2]) for row in _ROW.finditer(table)}
    tasks = [
        _task(number, title, rows.get(number, []), pulls.get(number), (agents or {}).get(number))
        for number, title in enumerate(_ITEM.findall(body), 1)
    ]
    log = _LOG.search(text)
    told = heading["state"].strip() if heading else ""
    runs = told in _NOT_STARTED and bool(pulls or agents)
    return EpicView(
        title=heading["title"] if heading else "",
        state="running" if runs else told,
        says=_above_table(text),
        log=log["text"] if log else "",
        tasks=tuple(tasks),
        current=not runs and all(task.is_as_the_comment_says for task in tasks),
    )


def shown(text: str) -> str:
    """Return a comment's text as GitHub shows it: without what its author hid."""
    return _HIDDEN.sub("", text)


def task_of(pull: Mapping[str, Any]) -> int | None:
    """Return the number of the task whose branch the pull request is of; None if of none."""
    branch = _BRANCH.match(pull["head"]["ref"])
    return int(branch["task"]) if branch else None


def pull_view(pull: Mapping[str, Any], checks: Sequence[Mapping[str, Any]]) -> PullView | None:
    """Return the pull request as its page shows it; None if its branch is no task's."""
    task = task_of(pull)
    if task is None:
        return None
    state = _pull_state(pull, checks)
    return PullView(task, pull["number"], state, pull["merged_at"] is not None)


def agent_view(agent: Mapping[str, Any]) -> AgentView | None:
    """Return the agent of Cursor's v0 API; None if its branch is no task's."""
    branch = _BRANCH.match(agent["target"].get("branchName") or "")
    if branch is None:
        return None
    works = agent["status"] in ("CREATING", "RUNNING")
    state = "🔵 agent at work" if works else "🔵 agent finished"
    if agent["status"] in ("ERROR", "EXPIRED"):
        reason = f": {agent['summary']}" if agent.get("summary") else ""
        state = f"{_AGENT_FAILED} agent failed{reason}"
    return AgentView(int(branch["task"]), state, works)


def _task(
    number: int, title: str, row: Sequence[str], pull: PullView | None, agent: AgentView | None
) -> TaskView:
    cells = [cell.strip() for cell in row]
    # The state comes first, then its pull request and agent; before the start there is but a note.
    told = cells[1].partition(" · ")[0] if len(cells) > 1 else ""
    words, named = _PULL.sub("", told) or _WAITING, _PULL.search(told)
    return TaskView(
        number,
        title,
        _happened(words, pull, agent),
        pull.number if pull else None,
        bool(pull and pull.merged),
        words,
        int(named[1]) if named else None,
    )


def _happened(words: str, pull: PullView | None, agent: AgentView | None) -> str:
    """Return what a task has come to; the comment's words where they are as new."""
    if pull and pull.merged:
        return pull.state
    if words.startswith(_ENDED):
        return words
    if agent and agent.works:
        return agent.state
    if pull:
        return pull.state
    if agent and not (agent.state[0] == _AGENT_FAILED and words.startswith(_AFTER_FAILURE)):
        return agent.state
    return words


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
