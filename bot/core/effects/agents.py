"""What is asked of Cursor's agents."""

from dataclasses import dataclass
from typing import ClassVar

from bot.core.effects.base import Cancellable, Effect, Urgency
from bot.core.model.identifiers import RunId


@dataclass(frozen=True, kw_only=True)
class StopAgent(Effect):
    """Ask Cursor to stop the run's agent."""

    urgency: ClassVar[Urgency] = Urgency.STOP
    identity: ClassVar[tuple[str, ...]] = ("agent_id",)
    repeats: ClassVar[bool] = True
    run: RunId
    agent_id: str


@dataclass(frozen=True, kw_only=True)
class LaunchAgent(Effect):
    """Launch an agent for a task. `pull_request_url`: work on that pull request instead."""

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
    """Give a further prompt to a run's agent. `marker` stands in the prompt."""

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
    known_cursor_run_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class FetchAgent(Effect):
    """Read the run's agent from Cursor, and whether it answered the follow-up with `marker`.

    `prompt_index` is the run's turn whose prompt that is.
    """

    urgency: ClassVar[Urgency] = Urgency.FETCH
    identity: ClassVar[tuple[str, ...]] = ("run",)
    repeats: ClassVar[bool] = True
    reads: ClassVar[bool] = True
    run: RunId
    agent_id: str
    marker: str | None = None
    prompt_index: int = 1
