"""The store and the engine under fire: rows that raise, results and readings that cannot be stored,
workers that die or stand still.

Whatever happens: nothing is sent after a pause, cancel or skip; a row that we fail on delays no
other; and what was carried out is recorded.
"""

from contextlib import ExitStack, suppress
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from bot.core import events
from bot.core.effects import Cancellable, Effect, UpdateStateLabel
from bot.core.model.identifiers import AgentStatus, EpicStatus
from bot.core.model.observations import BaseBranch, BranchRules
from bot.core.transitions.dispatch import HANDLERS
from jobs.engine.interfaces import ClaimLost, NotApplied, Surroundings
from storage import tables
from storage.database import Database
from storage.effects import CLAIM_SECONDS, SETTLE_SECONDS
from tests.core.transitions_world import World, new_world
from tests.databases import Kind, fresh_database
from tests.jobs.engine.scripted import ALLOWED, EngineWorld, world_of

COMMANDS = (
    "pause",
    "resume",
    "cancel",
    "skip 1",
    "skip 2",
    "restart 1",
    "retry",
    "start",
    "merge 1",
)
STOPS = ("pause", "cancel", "skip 1")
BAD = events.EffectFailed(what="bad", reason="")
# Half of a surrogate pair, which no database takes.
HALF = "\ud83d"
UNSTORABLE = events.BaseFetchRefused(branch=HALF, reason="")
MOODS = (
    "well",
    "well",
    "well",
    "raise",
    "die before",
    "die after",
    "stall",
    "say what no row holds",
)
UNSENT = ("pending", "claimed")
WORK = (Cancellable.MERGE, Cancellable.WORK)


class WorkerDied(BaseException):
    """The process is gone."""


def raising(*_: object) -> Any:
    raise ZeroDivisionError


class EngineMachine(RuleBasedStateMachine):
    """One epic in a real database; the outside is the small one that `decide` is tested with."""

    kind: Kind = "sqlite"

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        database: Database = self.stack.enter_context(fresh_database(self.kind))
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())
        patch.setitem(HANDLERS, events.EffectFailed, raising)
        self.world: EngineWorld = world_of(database)
        self.outside: World = new_world()
        self.mood = "well"
        self.title = ALLOWED.title
        self.results: list[events.Event] = []
        self.applied: dict[str, events.Event | None] = {}
        script = self.world.outside
        script.perform, script.already_applied = self._perform, self._already_applied
        script.read = lambda _: self._enrichment()
        self.world.put(tasks=())
        self.command("start")

    # What happens.

    @rule(text=st.sampled_from(COMMANDS))
    def command(self, text: str) -> None:
        self.world.command(text)
        self._carry()
        assert self.world.waiting() == [], "a command waits"
        if text in STOPS:
            self._nothing_is_left(text)

    @rule(mood=st.sampled_from(MOODS))
    def work(self, mood: str) -> None:
        """Something goes wrong with the next effect, at most."""
        self.mood = mood
        self.world.pass_time(5)
        self._carry()
        self.mood = "well"

    @rule(seconds=st.sampled_from((30, CLAIM_SECONDS + 1, SETTLE_SECONDS, 700)))
    def time_passes(self, seconds: float) -> None:
        self.world.pass_time(seconds)
        self._carry()

    @rule()
    def a_row_that_raises(self) -> None:
        self.world.tell(BAD)
        self._carry()

    @rule()
    def a_reading_that_no_row_holds(self) -> None:
        self.title = HALF
        self.world.command("status")
        self._carry()
        self.title = ALLOWED.title

    @rule()
    def an_effect_that_is_broken(self) -> None:
        [row] = self.world.emit(UpdateStateLabel())
        self.world.spoil("effects", row, payload="[]")
        self._carry()

    @precondition(lambda self: self._working())
    @rule()
    def an_agent_finishes(self) -> None:
        self.outside.say(self._working()[0], AgentStatus.FINISHED)
        self.world.tell(self.outside.answers.pop())
        self._carry()

    # The outside.

    def _working(self) -> list[str]:
        running = self.outside.agents.items()
        return [one for one, agent in running if agent.status is AgentStatus.RUNNING]

    def _enrichment(self) -> events.Enrichment:
        base = BaseBranch(sha=self.outside._base().sha, has_checks=True)
        changes = {"base": base, "base_rules": BranchRules(), "body": self.world.epic().body}
        body = changes["body"] or "- [ ] one\n- [ ] two\n"
        changes |= {"body": body, "title": self.title}
        return events.Enrichment(**{**vars(ALLOWED), **changes})

    def _perform(self, effect: Effect, surroundings: Surroundings) -> Any:
        self._may_be_sent(effect)
        mood, self.mood = self.mood, "well"
        if mood == "raise":
            raising()
        if mood == "die before":
            raise WorkerDied
        if mood == "stall":
            self._stand_still(surroundings)
        result = self._apply(effect, dies=mood == "die after")
        return UNSTORABLE if mood == "say what no row holds" else result

    def _apply(self, effect: Effect, *, dies: bool) -> events.Event | None:
        self.outside.epic, self.outside.now = self.world.epic(), self.world.now()
        handler: Any = getattr(self.outside, f"_do_{type(effect).__name__}", None)
        result: events.Event | None = handler(effect, lambda _: False) if handler else None
        if effect.irreversible:
            self.applied[effect.key] = result
            if result is not None:
                self.results.append(result)
        if dies:
            raise WorkerDied
        return result

    def _stand_still(self, surroundings: Surroundings) -> None:
        """As SIGSTOP does it: the claim runs out, and a second worker carries the epic on."""
        lease: Any = surroundings.before_request
        lease.__self__.since -= CLAIM_SECONDS + 1
        self.world.pass_time(CLAIM_SECONDS + 1)
        self._carry()
        surroundings.before_request()
        raise AssertionError("a request is sent under a claim that ran out")

    def _already_applied(self, effect: Effect, _surroundings: object) -> Any:
        return self.applied.get(effect.key, NotApplied())

    def _carry(self) -> None:
        with suppress(WorkerDied, ClaimLost):
            self.world.carry()

    # What must hold.

    def _may_be_sent(self, effect: Effect) -> None:
        epic = self.world.epic()
        if effect.cancellable in WORK:
            assert epic.status not in (EpicStatus.CANCELLED, EpicStatus.PAUSED), effect
            task = epic.task(effect.of_task or 0)
            assert task is None or not task.status.is_final, effect

    def _nothing_is_left(self, text: str) -> None:
        rows = tables.effects.c
        query = select(rows.key).where(rows.state.in_(UNSENT), rows.cancellable.in_(WORK))
        if text == "skip 1":
            query = query.where(rows.task == 1)
        elif text == "pause" and self.world.epic().status is not EpicStatus.PAUSED:
            return
        with self.world.database.read() as connection:
            assert connection.execute(query).scalars().all() == []

    @invariant()
    def bad_rows_delay_nobody(self) -> None:
        if hasattr(self, "world"):
            assert self.world.waiting() == []

    def teardown(self) -> None:
        """In the end, what was carried out is in the epic's inbox, and nothing spins."""
        if not hasattr(self, "stack"):
            return
        for _ in range(8):
            self.time_passes(3700)
        told = self.world.told_of()
        missing = [one for one in self.results if one not in told]
        assert missing == []
        self.stack.close()


class PostgresMachine(EngineMachine):
    kind = "postgresql"


TestEngineOnSqlite = EngineMachine.TestCase
TestEngineOnSqlite.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
TestEngineOnPostgres = PostgresMachine.TestCase
TestEngineOnPostgres.settings = settings(max_examples=4, stateful_step_count=12, deadline=None)
