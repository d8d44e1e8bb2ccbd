"""The fake's memory and its timers."""

import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.clock import Clock
from sandbox.cursor.faults import Faults
from sandbox.cursor.scripts import AgentScript, Quirks
from sandbox.cursor.state import Agent, CodeHost
from sandbox.webhooks import Outbox, Webhook

MODELS = (
    "default",
    "composer-2",
    "claude-4-sonnet-thinking",
    "claude-4-opus-thinking",
    "gpt-5.2",
    "o3",
)

Action = Callable[[datetime], None]


class Timers:
    """Actions by the time they fall due; each is called with that time."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, str, Action]] = []
        self._numbers = itertools.count()

    def at(self, due: datetime, owner: str, action: Action) -> None:
        """Call `action` at `due`, unless `owner` is dropped before."""
        heapq.heappush(self._heap, (due, next(self._numbers), owner, action))

    def drop(self, owner: str) -> None:
        """Forget what `owner` still had to do."""
        self._heap = [timer for timer in self._heap if timer[2] != owner]
        heapq.heapify(self._heap)

    def hurry(self, owner: str, now: datetime) -> None:
        """Let everything `owner` has to do fall due now, in the same order."""
        mine = sorted(timer for timer in self._heap if timer[2] == owner)
        self.drop(owner)
        for _, _, _, action in mine:
            action(now)

    def next_due(self) -> datetime | None:
        """When the next action falls due."""
        return self._heap[0][0] if self._heap else None

    def run(self, now: datetime) -> None:
        """Do what has fallen due by `now`, what that brings about included."""
        while self._heap and self._heap[0][0] <= now:
            due, _, _, action = heapq.heappop(self._heap)
            action(due)


@dataclass(frozen=True)
class Plan:
    """A script for the next launch whose prompt holds `match`."""

    match: str | None
    script: AgentScript


@dataclass
class Delivery:
    """A webhook whose answer decides whether it is sent again."""

    webhook: Webhook
    agent: Agent
    retries_left: int
    retry_after: float


@dataclass
class World:
    """Everything the fake knows; whoever touches it holds `lock`."""

    clock: Clock
    host: CodeHost
    api_key: str
    outbox: Outbox
    lock: threading.RLock = field(default_factory=threading.RLock)
    agents: dict[str, Agent] = field(default_factory=dict)
    timers: Timers = field(default_factory=Timers)
    faults: Faults = field(default_factory=Faults)
    quirks: Quirks = field(default_factory=Quirks)
    plans: list[Plan] = field(default_factory=list)
    default_script: AgentScript = field(default_factory=AgentScript)
    models: list[str] = field(default_factory=lambda: list(MODELS))
    repositories: list[str] = field(default_factory=list)
    repositories_asked_at: datetime | None = None
    urgent: list[Webhook] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    deliveries_read: int = 0

    def script_for(self, prompt: str) -> AgentScript:
        """Return the first plan that fits the prompt, used up by asking; else the default."""
        for plan in self.plans:
            if (plan.match or "") in prompt:
                self.plans.remove(plan)
                return plan.script
        return self.default_script
