"""A small outside for `decide`: it performs effects as GitHub and Cursor might, in any order."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core import effects, events
from bot.core.decide import decide
from bot.core.epic import Epic
from bot.core.identifiers import AgentStatus, CommitSha, EpicStatus, Login, RepositoryName, RunId
from bot.core.snapshots import BranchRules, Check, CheckState, PullRequestSnapshot

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BODY = "- [ ] one\n- [ ] two\n- [ ] three\n"
ADA = Login("ada")


@dataclass
class Agent:
    """An agent at Cursor; `stopping` once somebody has asked it to stop."""

    run: RunId
    task: int
    status: AgentStatus = AgentStatus.RUNNING
    stopping: bool = False


@dataclass
class Pull:
    """A task's pull request on GitHub."""

    number: int
    task: int
    heads: int = 1
    is_draft: bool = True
    is_open: bool = True
    is_merged: bool = False
    checks: CheckState = CheckState.PASSED
    mergeable: bool = True

    @property
    def head(self) -> CommitSha:
        return CommitSha(f"{self.number:02}{self.heads:038}")


@dataclass
class World:
    """The epic, what it has asked for, and what has happened outside."""

    epic: Epic
    now: datetime = START
    asked: dict[str, tuple[effects.Effect, datetime]] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    answers: list[events.Event] = field(default_factory=list)
    told: list[events.Event] = field(default_factory=list)
    agents: dict[str, Agent] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    sent: list[effects.Effect] = field(default_factory=list)
    comments: int = 0

    def tell(self, event: events.Event) -> None:
        """Let `decide` have one event, and keep what it asks for as the database would."""
        decision = decide(self.epic, event, self.now)
        self.epic = decision.epic
        self.told.append(event)
        for key in decision.withdrawn:
            effect = self.asked.get(key)
            if effect is not None:
                del self.asked[key]
        for ask in decision.asks:
            key = ask.effect.key
            if ask.effect.repeats or (key not in self.done and key not in self.asked):
                self.asked[key] = (ask.effect, ask.not_before)

    def command(self, text: str) -> None:
        """Ada commands."""
        self.comments += 1
        reading = events.Reading(permission="write", title="Widgets", body=BODY, is_labelled=True)
        self.tell(
            events.CommandGiven(
                comment_id=self.comments, line=1, text=f"/orchestra {text}", by=ADA, reading=reading
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
        """Let time pass, and the clock's look come if one is due."""
        self.now += timedelta(seconds=seconds)
        if self.epic.look_at is not None and self.epic.look_at <= self.now:
            self.tell(events.TimePassed())

    def next_time(self) -> datetime | None:
        """When something that was put off falls due."""
        times = [at for _, at in self.asked.values()]
        return min([*times, *([self.epic.look_at] if self.epic.look_at else [])], default=None)

    def say(self, agent_id: str, status: AgentStatus, *, webhook: bool = False) -> None:
        """An agent comes to something, and Cursor tells."""
        agent = self.agents[agent_id]
        if agent.stopping and status is AgentStatus.RUNNING:
            return
        agent.status = status
        self.answers.append(
            events.AgentSaid(
                run=agent.run,
                agent_id=agent_id,
                status=status,
                webhook=webhook,
                said_at=self.now,
                answered=status.is_final,
            )
        )

    # What GitHub and Cursor do with each kind of effect.

    def _do_LaunchAgent(self, effect: effects.LaunchAgent, fate: Callable[[str], bool]) -> Any:  # noqa: N802
        if fate("launch refused"):
            return events.LaunchFailed(run=effect.run, reason="no", transient=fate("transient"))
        self.agents[f"bc-{effect.run}"] = Agent(effect.run, effect.task)
        return events.AgentLaunched(run=effect.run, agent_id=f"bc-{effect.run}")

    def _do_SendFollowUp(self, effect: effects.SendFollowUp, fate: Callable[[str], bool]) -> Any:  # noqa: N802
        agent = self.agents[effect.agent_id]
        if fate("follow-up refused") or agent.stopping:
            return events.FollowUpRefused(run=effect.run, reason="gone")
        agent.status = AgentStatus.RUNNING
        return events.FollowUpTaken(run=effect.run)

    def _do_StopAgent(self, effect: effects.StopAgent, _: Callable[[str], bool]) -> Any:  # noqa: N802
        if agent := self.agents.get(effect.agent_id):
            agent.stopping, agent.status = True, AgentStatus.STOPPED
        return events.AgentStopped(run=effect.run)

    def _do_LookAtAgent(self, effect: effects.LookAtAgent, _: Callable[[str], bool]) -> Any:  # noqa: N802
        agent = self.agents[effect.agent_id]
        return events.AgentSaid(
            run=agent.run,
            agent_id=effect.agent_id,
            status=agent.status,
            answered=agent.status.is_final,
        )

    def _do_LookAtWork(self, effect: effects.LookAtWork, fate: Callable[[str], bool]) -> Any:  # noqa: N802
        pull = next((one for one in self.pulls.values() if one.task == effect.task), None)
        if pull is None and fate("nothing pushed"):
            return events.WorkSeen(task=effect.task, run=effect.run, commits_ahead=0)
        if pull is None and fate("no pull request"):
            return events.WorkSeen(task=effect.task, run=effect.run, commits_ahead=1)
        if pull is None:
            pull = self._new_pull(effect.task)
        elif fate("a new head"):
            pull.heads += 1
        return self._look(pull)

    def _do_OpenPullRequest(self, effect: effects.OpenPullRequest, _: Callable[[str], bool]) -> Any:  # noqa: N802
        return events.PullRequestOpened(task=effect.task, number=self._new_pull(effect.task).number)

    def _new_pull(self, task: int) -> Pull:
        pull = Pull(number=10 + len(self.pulls), task=task)
        self.pulls[pull.number] = pull
        return pull

    def _do_LookAtPullRequest(  # noqa: N802
        self, effect: effects.LookAtPullRequest, fate: Callable[[str], bool]
    ) -> Any:
        pull = self.pulls[effect.number]
        if fate("checks fail"):
            pull.checks = CheckState.FAILED
        return self._look(pull)

    def _look(self, pull: Pull) -> events.PullRequestSeen:
        checks = (Check(name="test", state=pull.checks),)
        snapshot = PullRequestSnapshot(
            number=pull.number,
            node_id="PR",
            url=f"https://github.com/acme/widgets/pull/{pull.number}",
            title="t",
            body="",
            head_sha=pull.head,
            head_branch=f"branch-{pull.task}",
            base_branch="main",
            base_sha=CommitSha("0" * 40),
            is_open=pull.is_open,
            is_draft=pull.is_draft,
            is_merged=pull.is_merged,
            merge_sha=CommitSha("f" * 40) if pull.is_merged else None,
            opened_at=START,
            mergeable=pull.mergeable,
            checks=checks,
        )
        rules = BranchRules(required_checks=("test",))
        return events.PullRequestSeen(task=pull.task, snapshot=snapshot, rules=rules)

    def _do_MarkReady(self, effect: effects.MarkReady, _: Callable[[str], bool]) -> Any:  # noqa: N802
        self.pulls[effect.number].is_draft = False
        return events.PullRequestChanged(task=effect.task)

    def _do_MergePullRequest(  # noqa: N802
        self, effect: effects.MergePullRequest, fate: Callable[[str], bool]
    ) -> Any:
        pull = self.pulls[effect.number]
        if fate("merge refused") or pull.head != effect.head or not pull.is_open:
            return events.MergeRefused(task=effect.task, head=effect.head, reason="no")
        if fate("merge pending"):
            return events.MergePending(task=effect.task, uuid=f"u{len(self.sent)}")
        return self._merged(pull)

    def _do_LookAtMerge(self, effect: effects.LookAtMerge, fate: Callable[[str], bool]) -> Any:  # noqa: N802
        pull = self.pulls[effect.number]
        if fate("still pending"):
            return events.MergePending(task=effect.task, uuid=effect.uuid)
        if pull.head != effect.head or not pull.is_open:
            return events.MergeRefused(task=effect.task, head=effect.head, reason="head moved")
        return self._merged(pull)

    def _merged(self, pull: Pull) -> events.Merged:
        pull.is_merged, pull.is_open = True, False
        return events.Merged(task=pull.task, number=pull.number, sha=CommitSha("f" * 40))


def fresh_world() -> World:
    """A labelled epic that has not been started."""
    epic = Epic(
        id=1,
        token="0123456789abcdef0123456789abcdef",
        repository=RepositoryName("acme", "widgets"),
        default_branch="main",
        issue_number=1,
        status=EpicStatus.PENDING,
        recognised=True,
        created_at=START,
    )
    return World(epic=replace(epic))
