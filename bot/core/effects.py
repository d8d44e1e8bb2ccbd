"""What may be asked for. Each effect is stored as one row, under its class's name.

`key` tells effects of one epic apart: a pending one of the same key is replaced by the newer, one
in flight is done once more afterwards (`repeats`), unless it is to be done only once.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from bot.core.identifiers import CommitSha, Login, RunId
from bot.core.messages import Message


class Urgency(IntEnum):
    """The order in which an epic's ready effects are performed."""

    STOP = 0
    MERGE = 10
    LOOK = 20
    LAUNCH = 30
    ANSWER = 40
    TIDY = 50
    REPORT = 60


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something to be done outside.

    `irreversible` effects are withdrawn by pause and cancel until the moment they are sent;
    `repeats` ones read or set a value, so doing them again later is right.
    """

    urgency: ClassVar[Urgency]
    key_format: ClassVar[str]
    irreversible: ClassVar[bool] = False
    repeats: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """What tells this effect apart within its epic."""
        return self.key_format.format(**vars(self))


@dataclass(frozen=True, kw_only=True)
class StopAgent(Effect):
    """Ask Cursor to stop the run's agent."""

    urgency: ClassVar[Urgency] = Urgency.STOP
    key_format: ClassVar[str] = "stop:{agent_id}"
    repeats: ClassVar[bool] = True
    run: RunId
    agent_id: str


@dataclass(frozen=True, kw_only=True)
class MergePullRequest(Effect):
    """Merge the pull request, guarded by the head that was judged."""

    urgency: ClassVar[Urgency] = Urgency.MERGE
    key_format: ClassVar[str] = "merge:{number}:{head}:{attempt}"
    irreversible: ClassVar[bool] = True
    task: int
    number: int
    head: CommitSha
    method: str
    title: str
    message: str
    attempt: int


@dataclass(frozen=True, kw_only=True)
class LookAtMerge(Effect):
    """Ask how the merge under `uuid` went."""

    urgency: ClassVar[Urgency] = Urgency.MERGE
    key_format: ClassVar[str] = "look-merge:{uuid}"
    repeats: ClassVar[bool] = True
    task: int
    number: int
    head: CommitSha
    uuid: str


@dataclass(frozen=True, kw_only=True)
class LookAtAgent(Effect):
    """Read the run's agent from Cursor, and whether it answered the follow-up with `marker`."""

    urgency: ClassVar[Urgency] = Urgency.LOOK
    key_format: ClassVar[str] = "look-agent:{run}"
    repeats: ClassVar[bool] = True
    run: RunId
    agent_id: str
    marker: str | None = None


@dataclass(frozen=True, kw_only=True)
class LookAtWork(Effect):
    """Find what a task's agent left on GitHub: its pull request, or commits on its branch."""

    urgency: ClassVar[Urgency] = Urgency.LOOK
    key_format: ClassVar[str] = "look-work:{task}"
    repeats: ClassVar[bool] = True
    task: int
    run: RunId
    branch: str
    base: str
    pull_request: int | None = None


@dataclass(frozen=True, kw_only=True)
class LookAtPullRequest(Effect):
    """Read the task's pull request, its checks and the rules of its base."""

    urgency: ClassVar[Urgency] = Urgency.LOOK
    key_format: ClassVar[str] = "look-pull-request:{number}"
    repeats: ClassVar[bool] = True
    task: int
    number: int
    base: str


@dataclass(frozen=True, kw_only=True)
class OpenPullRequest(Effect):
    """Open the pull request for commits that an agent left without one."""

    urgency: ClassVar[Urgency] = Urgency.LOOK
    key_format: ClassVar[str] = "open-pull-request:{branch}"
    repeats: ClassVar[bool] = True
    task: int
    branch: str
    base: str
    title: str
    body: str


@dataclass(frozen=True, kw_only=True)
class MarkReady(Effect):
    """Take the pull request out of draft."""

    urgency: ClassVar[Urgency] = Urgency.LOOK
    key_format: ClassVar[str] = "mark-ready:{number}"
    repeats: ClassVar[bool] = True
    task: int
    number: int
    node_id: str


@dataclass(frozen=True, kw_only=True)
class LaunchAgent(Effect):
    """Launch an agent for a task. `pull_request_url`: work on that pull request instead."""

    urgency: ClassVar[Urgency] = Urgency.LAUNCH
    key_format: ClassVar[str] = "launch:{run}"
    irreversible: ClassVar[bool] = True
    task: int
    run: RunId
    branch: str
    start_ref: str
    prompt: str
    title: str
    model: str | None
    pull_request_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class SendFollowUp(Effect):
    """Give a further prompt to a run's agent. `marker` stands in the prompt."""

    urgency: ClassVar[Urgency] = Urgency.LAUNCH
    key_format: ClassVar[str] = "follow-up:{run}:{turn}"
    irreversible: ClassVar[bool] = True
    run: RunId
    agent_id: str
    turn: int
    prompt: str
    marker: str
    known_cursor_run_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class React(Effect):
    """Answer a command's comment with a reaction, and take the 👀 away."""

    urgency: ClassVar[Urgency] = Urgency.ANSWER
    key_format: ClassVar[str] = "react:{comment_id}:{content}"
    repeats: ClassVar[bool] = True
    comment_id: int
    content: str
    eyes_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PostComment(Effect):
    """Post a new comment. `purpose` makes its hidden marker: one comment for each purpose."""

    urgency: ClassVar[Urgency] = Urgency.ANSWER
    key_format: ClassVar[str] = "comment:{issue}:{purpose}"
    issue: int
    purpose: str
    message: Message


@dataclass(frozen=True, kw_only=True)
class AddLabel(Effect):
    """Put the trigger label on the epic's issue."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    key_format: ClassVar[str] = "label:{label}"
    repeats: ClassVar[bool] = True
    label: str


@dataclass(frozen=True, kw_only=True)
class DeleteBranch(Effect):
    """Delete a merged task's branch."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    key_format: ClassVar[str] = "delete-branch:{branch}"
    branch: str


@dataclass(frozen=True, kw_only=True)
class TickBox(Effect):
    """Tick the task's box in the issue's body, changing nothing else."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    key_format: ClassVar[str] = "tick:{task}"
    task: int
    title: str
    same_title_before: int


@dataclass(frozen=True, kw_only=True)
class RestoreEdit(Effect):
    """Write `body`, if `written` by us still stands: a person's edit came just before our tick."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    key_format: ClassVar[str] = "restore-edit"
    repeats: ClassVar[bool] = True
    by: Login
    written: str
    body: str


@dataclass(frozen=True, kw_only=True)
class CloseIssue(Effect):
    """Close the epic's issue as completed."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    key_format: ClassVar[str] = "close-issue"
    repeats: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class ShowCheck(Effect):
    """Show the task's state as a check run on `sha`."""

    urgency: ClassVar[Urgency] = Urgency.REPORT
    key_format: ClassVar[str] = "check:{task}"
    repeats: ClassVar[bool] = True
    task: int
    sha: CommitSha


@dataclass(frozen=True, kw_only=True)
class ShowProgress(Effect):
    """Write the progress comment as things now stand."""

    urgency: ClassVar[Urgency] = Urgency.REPORT
    key_format: ClassVar[str] = "progress"
    repeats: ClassVar[bool] = True


EFFECT_KINDS: dict[str, type[Effect]] = {kind.__name__: kind for kind in Effect.__subclasses__()}
