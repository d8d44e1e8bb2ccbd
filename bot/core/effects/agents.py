"""What is asked of agents."""

from dataclasses import dataclass
from typing import ClassVar

from bot.core.effects.base import Cancellable, Effect, Urgency
from bot.core.model.identifiers import RunId


@dataclass(frozen=True, kw_only=True)
class StopAgent(Effect):
    """Ask for the run's agent to be stopped."""

    urgency: ClassVar[Urgency] = Urgency.STOP
    identity: ClassVar[tuple[str, ...]] = ("agent_id",)
    repeats: ClassVar[bool] = True
    run: RunId
    agent_id: str


@dataclass(frozen=True, kw_only=True)
class LaunchAgent(Effect):
    """Launch an agent for a task; with `pull_request_url` it works on that pull request."""

    urgency: ClassVar[Urgency] = Urgency.LAUNCH
    identity: ClassVar[tuple[str, ...]] = ("run",)
    irreversible: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.WORK
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
    """Give a further prompt to a run's agent; its `marker` stands in the prompt.

    `previous_ref` is the provider's id of the prompt before.
    """

    urgency: ClassVar[Urgency] = Urgency.LAUNCH
    identity: ClassVar[tuple[str, ...]] = ("run", "prompt_index")
    irreversible: ClassVar[bool] = True
    cancellable: ClassVar[Cancellable | None] = Cancellable.WORK
    task: int
    run: RunId
    agent_id: str
    prompt_index: int
    prompt: str
    marker: str
    previous_ref: str | None = None


@dataclass(frozen=True, kw_only=True)
class FetchAgent(Effect):
    """Fetch how the run's latest prompt stands; `at_deadline` before the agent is given up."""

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("run",)
    repeats: ClassVar[bool] = True
    reads: ClassVar[bool] = True
    run: RunId
    at_deadline: bool = False
