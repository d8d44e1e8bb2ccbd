"""The fake as its users see it."""

import secrets
from datetime import datetime

from sandbox.clock import Clock
from sandbox.cursor import v0, v1
from sandbox.cursor.faults import Fault, Order
from sandbox.cursor.http import Application
from sandbox.cursor.notify import send_again
from sandbox.cursor.scripts import AgentScript, Quirks
from sandbox.cursor.state import Agent, CodeHost
from sandbox.cursor.world import Plan, World
from sandbox.ledger import Ledger
from sandbox.webhooks import Outbox


class Cursor:
    """Cursor's API over an in-memory world; agents push to `host`.

    Time passes by `tick` and, before it is answered, with every request. All public methods may
    be called from any thread. A dropped connection is in the ledger with status 0.
    """

    def __init__(
        self,
        clock: Clock,
        host: CodeHost,
        *,
        api_key: str | None = None,
        outbox: Outbox | None = None,
    ) -> None:
        self.api_key = api_key or f"crsr_{secrets.token_hex(32)}"
        self.outbox = outbox or Outbox()
        self.ledger = Ledger()
        self._world = World(clock, host, self.api_key, self.outbox)
        self.asgi = Application(self._world, self.ledger, v0.ROUTES + v1.ROUTES)

    @property
    def agents(self) -> dict[str, Agent]:
        """Every agent ever made, by id, oldest first."""
        return self._world.agents

    @property
    def quirks(self) -> Quirks:
        """The world-wide switches."""
        return self._world.quirks

    @property
    def models(self) -> list[str]:
        """The models offered; change it in place."""
        return self._world.models

    @property
    def repositories(self) -> list[str]:
        """`owner/name` of what `/repositories` lists; change it in place."""
        return self._world.repositories

    @property
    def default_script(self) -> AgentScript:
        """How agents behave that no plan speaks of, and follow-ups their script leaves open."""
        return self._world.default_script

    @default_script.setter
    def default_script(self, script: AgentScript) -> None:
        self._world.default_script = script

    def plan(self, script: AgentScript, match: str | None = None) -> None:
        """Use `script` for the next launch whose prompt holds `match`; plans are used in order."""
        with self._world.lock:
            self._world.plans.append(Plan(match, script))

    def fail(
        self,
        kind: str,
        fault: Fault,
        times: int = 1,
        match: str | None = None,
        *,
        after: int = 0,
    ) -> Order:
        """Answer the next `times` requests of `kind` whose raw body holds `match` by `fault`.

        `kind` is the ledger's, such as `POST /v0/agents/{id}/stop`; `after` of them are spared
        first. The order returned tells how many are `left`.
        """
        order = Order(kind, fault, times, match, after)
        with self._world.lock:
            self._world.faults.orders.append(order)
        return order

    def tick(self) -> None:
        """Do everything that has fallen due: turns move on, commits, pull requests, webhooks."""
        with self._world.lock:
            send_again(self._world)
            self._world.timers.run(self._world.clock.now())

    def next_due(self) -> datetime | None:
        """When something next falls due; None when nothing is under way."""
        with self._world.lock:
            return self._world.timers.next_due()
