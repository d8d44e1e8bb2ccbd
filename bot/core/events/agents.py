"""What is learned of agents and of what they left behind."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.events.base import Event
from bot.core.model.identifiers import AgentStatus, RunId


@dataclass(frozen=True, kw_only=True)
class AgentReported(Event):
    """A signed word from Cursor about a run: asked for, polled, or sent by webhook.

    `webhook` words are news to be read back, not taken as they are; `said_at` is their time.
    `answered` tells whether the agent has answered the prompt of `prompt_index`, None where nobody asked.
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
    prompt_index: int | None = None


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
class WorkFetched(Event):
    """No pull request of the task's branch was found; how far the branch is ahead of its base."""

    task: int
    run: RunId
    commits_ahead: int
