"""What is learned of agents and of what they left behind."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.events.base import Event
from bot.core.model.identifiers import AgentStatus, RunId
from bot.core.model.money import Micros
from bot.core.model.reasons import Failure


@dataclass(frozen=True, kw_only=True)
class AgentReported(Event):
    """The provider's report on a run: fetched, polled, or pushed by a webhook.

    `status` is that of the prompt `prompt_index`. A `pushed` report names no prompt, so it only
    causes a fetch; `reported_at` is its time. `raw_status` is the provider's own word.
    `cost` is what all of its prompts have cost, where the provider tells it.
    `at_deadline`: the agent's time is over, and this is what it was asked before it is given up.
    """

    run: RunId
    agent_id: str
    status: AgentStatus
    raw_status: str = ""
    prompt_index: int | None = None
    branch: str | None = None
    pull_request_url: str | None = None
    summary: str | None = None
    url: str | None = None
    pushed: bool = False
    reported_at: datetime | None = None
    at_deadline: bool = False
    cost: Micros | None = None


@dataclass(frozen=True, kw_only=True)
class AgentGone(Event):
    """The provider does not know the run's agent any more; `certain` once that was seen again."""

    run: RunId
    certain: bool = True


@dataclass(frozen=True, kw_only=True)
class AgentLaunched(Event):
    """The launch was answered, or its agent was found again.

    `model` is the one that was asked for in the end, None where the provider chose; `other_model`:
    the one that was wanted is not offered.
    `prompt_ref` is the provider's id for the first prompt. `opens_pull_request`: the agent's pull
    request may appear by itself.
    """

    run: RunId
    agent_id: str
    url: str | None = None
    prompt_ref: str | None = None
    opens_pull_request: bool = True
    model: str | None = None
    other_model: bool = False


@dataclass(frozen=True, kw_only=True)
class LaunchFailed(Event):
    """No agent was launched, or none is to be found (`lost`: it may yet appear).

    `base_renamed_to`: the branch to start from has this name by now.
    """

    run: RunId
    failure: Failure
    transient: bool
    lost: bool = False
    base_renamed_to: str | None = None


@dataclass(frozen=True, kw_only=True)
class LaunchUnanswered(Event):
    """Whether an agent was launched is not known: it is looked for `until` then, or asked again."""

    run: RunId
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class FollowUpTaken(Event):
    """The follow-up was accepted; `prompt_ref` is the provider's id for it."""

    run: RunId
    prompt_ref: str | None = None


@dataclass(frozen=True, kw_only=True)
class FollowUpRefused(Event):
    """The agent takes no follow-up: gone, archived, or the provider refuses."""

    run: RunId
    reason: str


@dataclass(frozen=True, kw_only=True)
class AgentStopped(Event):
    """The provider accepted our request to stop."""

    run: RunId


@dataclass(frozen=True, kw_only=True)
class AgentNotStopped(Event):
    """The provider keeps failing or refusing to stop the agent, which may be still at work."""

    run: RunId
    reason: str


@dataclass(frozen=True, kw_only=True)
class WorkFetched(Event):
    """No pull request of the task was found; how far its agent's branch is ahead of the base.

    `branch` is the one with the commits, where it is not the run's. `name_taken` is a branch that
    leaves no room for the run's.
    """

    task: int
    run: RunId
    commits_ahead: int
    branch: str | None = None
    name_taken: str | None = None
