"""What can happen to an epic. Each event is stored as one inbox row, under its class's name."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bot.core.identifiers import AgentStatus, CommitSha, Login, RunId
from bot.core.snapshots import BranchRules, PullRequestSnapshot


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was asked from GitHub for an event before deciding on it.

    `permission` is GitHub's word for the sender (`admin`, `write`, `read`, `none`), None where
    it could not be asked; `served` is false for a stranger's account. The rest is read only
    for events that take over the issue's text.
    `eyes_id` is the id of our 👀 reaction, to take it away again.
    """

    permission: str | None = None
    served: bool = True
    eyes_id: int | None = None
    title: str | None = None
    body: str | None = None
    is_labelled: bool = False
    unguarded_base: bool = False
    base_missing: str | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """Anything that happens. `needs_reading` events wait until GitHub was asked."""

    needs_reading: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class EpicLabelled(Event):
    """The trigger label was put on the issue."""

    needs_reading: ClassVar[bool] = True
    by: Login
    reading: Reading | None = None


@dataclass(frozen=True, kw_only=True)
class CommandGiven(Event):
    """One `/orchestra` line of a comment on the epic, or on `pull_request` where that is set."""

    needs_reading: ClassVar[bool] = True
    comment_id: int
    line: int
    text: str
    by: Login
    pull_request: int | None = None
    reading: Reading | None = None


@dataclass(frozen=True, kw_only=True)
class BodyEdited(Event):
    """A person changed the issue's title or body, to what they are here.

    Not read again: what stands there now may be somebody else's. `before` is the body that this
    edit replaced, None when it left the body alone.
    """

    needs_reading: ClassVar[bool] = True
    by: Login
    title: str
    body: str
    before: str | None = None
    reading: Reading | None = None


@dataclass(frozen=True, kw_only=True)
class BodyWritten(Event):
    """A bot, `by`, replaced the body: GitHub's word on what stood there before its write."""

    by: Login
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(Event):
    """A comment on the epic was deleted; it matters only when it is the progress comment."""

    comment_id: int


@dataclass(frozen=True, kw_only=True)
class PullRequestChanged(Event):
    """Something about a task's pull request, its head or its checks changed: look again."""

    task: int


@dataclass(frozen=True, kw_only=True)
class TimePassed(Event):
    """The epic's `look_at` has come."""


@dataclass(frozen=True, kw_only=True)
class AgentSaid(Event):
    """A signed word from Cursor about a run: asked for, polled, or sent by webhook.

    `webhook` words are news to be read back, not taken as they are; `said_at` is their time.
    `answered` tells whether the agent has answered the latest prompt, None where nobody asked.
    """

    run: RunId
    agent_id: str
    status: AgentStatus
    raw_status: str = ""
    branch: str | None = None
    pull_request_url: str | None = None
    summary: str | None = None
    url: str | None = None
    cursor_run_id: str | None = None
    webhook: bool = False
    said_at: datetime | None = None
    answered: bool | None = None


@dataclass(frozen=True, kw_only=True)
class AgentGone(Event):
    """Cursor does not know the run's agent any more."""

    run: RunId


@dataclass(frozen=True, kw_only=True)
class AgentLaunched(Event):
    """The launch was answered, or its agent was found again."""

    run: RunId
    agent_id: str
    url: str | None = None
    cursor_run_id: str | None = None
    model_notice: str | None = None


@dataclass(frozen=True, kw_only=True)
class LaunchFailed(Event):
    """No agent was launched, or none is to be found (`lost`: it may yet appear)."""

    run: RunId
    reason: str
    transient: bool
    lost: bool = False


@dataclass(frozen=True, kw_only=True)
class FollowUpTaken(Event):
    """The agent has taken the follow-up."""

    run: RunId
    cursor_run_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class FollowUpRefused(Event):
    """The agent takes no follow-up: gone, archived, or the vendor says no."""

    run: RunId
    reason: str
    transient: bool = False


@dataclass(frozen=True, kw_only=True)
class AgentStopped(Event):
    """Cursor has taken our request to stop."""

    run: RunId


@dataclass(frozen=True, kw_only=True)
class WorkSeen(Event):
    """No pull request of the task's branch was found; how far the branch is ahead of its base."""

    task: int
    run: RunId
    commits_ahead: int


@dataclass(frozen=True, kw_only=True)
class PullRequestSeen(Event):
    """One full look at a task's pull request."""

    task: int
    snapshot: PullRequestSnapshot
    rules: BranchRules
    own_app_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PullRequestOpened(Event):
    """The bot opened the task's pull request, or found it open."""

    task: int
    number: int


@dataclass(frozen=True, kw_only=True)
class PullRequestRefused(Event):
    """GitHub would not open, un-draft or change the task's pull request."""

    task: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class MergePending(Event):
    """GitHub merges in the background; ask again under `uuid`."""

    task: int
    uuid: str


@dataclass(frozen=True, kw_only=True)
class Merged(Event):
    """The task's pull request is merged."""

    task: int
    number: int
    sha: CommitSha


@dataclass(frozen=True, kw_only=True)
class MergeRefused(Event):
    """GitHub did not merge. `head` is the commit that was judged."""

    task: int
    head: CommitSha
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProgressShown(Event):
    """The progress comment stands as of `at`; `comment_id` is where."""

    comment_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ProgressGone(Event):
    """The progress comment is not there any more."""


@dataclass(frozen=True, kw_only=True)
class CheckShown(Event):
    """The task's check run stands on `sha`."""

    task: int
    check_run_id: int
    sha: CommitSha


@dataclass(frozen=True, kw_only=True)
class BoxNotFound(Event):
    """The line to tick is no longer in the issue's body."""

    task: int


@dataclass(frozen=True, kw_only=True)
class Throttled(Event):
    """A service asked us to wait until then."""

    service: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class EffectFailed(Event):
    """Something of no consequence for the tasks could not be done; said in the log."""

    what: str
    reason: str
    details: tuple[str, ...] = field(default=())


EVENT_KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__subclasses__()}
