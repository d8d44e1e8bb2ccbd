"""A small outside for `decide`: it performs effects as the services might, in any order."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core import effects, events
from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, EpicStatus, Login, RepositoryName, RunId
from bot.core.model.observations import BranchRules
from bot.core.model.reasons import Failure, FailureKind
from bot.core.reservations import AgentSlot, Holder, Slot
from bot.core.transitions.dispatch import decide
from bot.rendering.log_lines import log_line
from tests.core.transitions_github import START, GitHub

BODY = "- [ ] one\n- [ ] two\n- [ ] three\n"
ADA = Login("ada")
_MOMENT = timedelta(milliseconds=1)


@dataclass
class Agent:
    """An agent at its `prompt_index`-th prompt; `stopping` once somebody has asked for that."""

    run: RunId
    task: int
    status: AgentStatus = AgentStatus.RUNNING
    stopping: bool = False
    prompt_index: int = 1


@dataclass(kw_only=True)
class World(GitHub):
    """The epic, what it has asked for, and what has happened outside."""

    epic: Epic
    now: datetime = START
    asked: dict[str, tuple[effects.Effect, datetime]] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    answers: list[events.Event] = field(default_factory=list)
    told: list[events.Event] = field(default_factory=list)
    agents: dict[str, Agent] = field(default_factory=dict)
    sent: list[effects.Effect] = field(default_factory=list)
    comments: int = 0
    held: dict[Slot, Holder] = field(default_factory=dict)

    def tell(self, event: events.Event) -> None:
        """Let `decide` have one event, and keep what it asks for as the database would."""
        # No two things happen at one moment.
        self.now += _MOMENT
        decision = decide(self.epic, event, self.now, self.held)
        self.epic = decision.epic
        assert all(log_line(notice) for _, notice in decision.log)
        assert not self.held.keys() & set(decision.reserved)
        for ask in decision.emitted:
            if isinstance(ask.effect, effects.LaunchAgent | effects.SendFollowUp):
                assert AgentSlot(task=ask.effect.task) in decision.reserved, ask.effect
        if self.epic.unreachable is not None:
            assert all(isinstance(ask.effect, effects.StopAgent) for ask in decision.emitted)
        self.told.append(event)
        for scope in decision.cancelled:
            left = {key: one for key, one in self.asked.items() if not scope.covers(one[0])}
            self.asked = left
        for ask in decision.emitted:
            key = ask.effect.key
            if ask.effect.repeats or (key not in self.done and key not in self.asked):
                self.asked[key] = (ask.effect, ask.not_before)

    def command(self, text: str) -> None:
        """Ada commands."""
        self.comments += 1
        enrichment = events.Enrichment(
            permission="write",
            title="Widgets",
            body=self.epic.body or BODY,
            is_labelled=True,
            base=self._base(),
            base_rules=BranchRules(),
        )
        self.tell(
            events.CommandGiven(
                comment_id=self.comments,
                line=1,
                text=f"/orchestra {text}",
                by=ADA,
                enrichment=enrichment,
            )
        )

    def ready(self) -> list[str]:
        """The keys of what may be performed now."""
        return sorted(key for key, (_, at) in self.asked.items() if at <= self.now)

    def perform(self, key: str, fate: Callable[[str], bool]) -> None:
        """Carry out one effect; `fate(question)` decides what goes wrong on the way."""
        effect, _ = self.asked.pop(key)
        if not effect.repeats:
            self.done.add(key)
        self.sent.append(effect)
        handler: Any = getattr(self, f"_do_{type(effect).__name__}", None)
        if handler is not None and (answer := handler(effect, fate)) is not None:
            self.answers.append(answer)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and the clock tick if something is due."""
        self.now += timedelta(seconds=seconds)
        if self.epic.due_at is not None and self.epic.due_at <= self.now:
            self.tell(events.TimePassed())

    def next_time(self) -> datetime | None:
        """When something that was put off is due."""
        times = [at for _, at in self.asked.values()]
        return min([*times, *([self.epic.due_at] if self.epic.due_at else [])], default=None)

    def say(self, agent_id: str, status: AgentStatus, *, pushed: bool = False) -> None:
        """An agent gets somewhere, and its provider reports it."""
        agent = self.agents[agent_id]
        if agent.stopping and status is AgentStatus.RUNNING:
            return
        agent.status = status
        self.answers.append(
            events.AgentReported(
                run=agent.run,
                agent_id=agent_id,
                status=status,
                pushed=pushed,
                reported_at=self.now if pushed else None,
                prompt_index=None if pushed else agent.prompt_index,
            )
        )

    # What the provider does with each kind of effect.

    def _do_LaunchAgent(self, effect: effects.LaunchAgent, fate: Callable[[str], bool]) -> Any:  # noqa: N802
        if fate("launch refused"):
            failure = Failure(kind=FailureKind.LAUNCH_REFUSED, quote="no")
            return events.LaunchFailed(run=effect.run, failure=failure, transient=fate("transient"))
        self.agents[f"bc-{effect.run}"] = Agent(effect.run, effect.task)
        return events.AgentLaunched(run=effect.run, agent_id=f"bc-{effect.run}")

    def _do_SendFollowUp(self, effect: effects.SendFollowUp, fate: Callable[[str], bool]) -> Any:  # noqa: N802
        agent = self.agents[effect.agent_id]
        if fate("follow-up refused") or agent.stopping:
            return events.FollowUpRefused(run=effect.run, reason="gone")
        agent.status = AgentStatus.RUNNING
        agent.prompt_index += 1
        return events.FollowUpTaken(run=effect.run)

    def _do_StopAgent(self, effect: effects.StopAgent, _: Callable[[str], bool]) -> Any:  # noqa: N802
        if agent := self.agents.get(effect.agent_id):
            agent.stopping, agent.status = True, AgentStatus.STOPPED
        return events.AgentStopped(run=effect.run)

    def _do_FetchAgent(self, effect: effects.FetchAgent, _: Callable[[str], bool]) -> Any:  # noqa: N802
        found = self.epic.find_run(effect.run)
        assert found is not None
        agent_id = found[1].agent_id
        assert agent_id is not None
        agent = self.agents[agent_id]
        return events.AgentReported(
            run=agent.run,
            agent_id=agent_id,
            status=agent.status,
            prompt_index=agent.prompt_index,
        )


def new_world() -> World:
    """A labelled epic that has not been started."""
    epic = Epic(
        id=1,
        token="0123456789abcdef0123456789abcdef",
        repository=RepositoryName("acme", "widgets"),
        default_branch="main",
        issue_number=1,
        status=EpicStatus.PENDING,
        activated=True,
        created_at=START,
    )
    return World(epic=replace(epic))
