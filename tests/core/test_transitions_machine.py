"""Whatever happens, in whatever order: the promises that `decide` keeps."""

from datetime import timedelta

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.core import effects, events
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.observations import CheckState
from bot.core.reservations import AgentSlot, Holder, MergeSlot, Slot
from tests.core.transitions_world import World, new_world

COMMANDS = (
    "start",
    "pause",
    "pause after",
    "resume",
    "retry",
    "retry 1",
    "skip 2",
    "status",
    "restart 1",
    "restart 2",
    "merge 1",
    "merge 2",
    "fix 1 More of it",
    "fix 2 Less of it",
    "add one more",
    "add two more after 1",
    "set on_failure=continue",
    "set on_failure=stop",
    "set merge=manual",
    "set merge=immediately",
)
ENDS = (AgentStatus.FINISHED, AgentStatus.FAILED, AgentStatus.EXPIRED)
REQUESTS = (
    effects.LaunchAgent,
    effects.SendFollowUp,
    effects.MergePullRequest,
    effects.EnableAutoMerge,
    effects.MarkReady,
    effects.OpenPullRequest,
    effects.EditPullRequestBody,
    effects.UpdateBranch,
    effects.RerunJobs,
    effects.CreateBaseBranch,
    effects.OpenRevert,
)
ACTS = ("merge", "close", "reopen", "push", "ask for changes", "conflict", "block", "repair")
MAX_STEPS = 600


class DecideMachine(RuleBasedStateMachine):
    """Events come in any order, twice, late or never; time passes; people interfere."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.world = new_world()
        self.world.command("start")
        self.sent_at_cancel: int | None = None

    @precondition(lambda self: self.world.epic.status is EpicStatus.ACTIVE)
    @rule(steps=st.integers(1, 12))
    def things_go_well(self, steps: int) -> None:
        for _ in range(steps):
            if self.world.epic.status is EpicStatus.ACTIVE:
                self._help()

    @precondition(lambda self: self.world.ready())
    @rule(data=st.data())
    def perform(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self.world.ready()))
        self.world.perform(key, lambda lookup: data.draw(st.booleans(), label=lookup))

    @precondition(lambda self: self.world.answers)
    @rule(data=st.data())
    def answer_arrives(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.world.answers) - 1))
        self.world.tell(self.world.answers.pop(index))

    @precondition(lambda self: self.world.told)
    @rule(data=st.data())
    def old_report_again(self, data: st.DataObject) -> None:
        old = [
            event
            for event in self.world.told
            if isinstance(
                event, events.AgentReported | events.PullRequestChanged | events.AgentLaunched
            )
        ]
        if old:
            self.world.tell(data.draw(st.sampled_from(old)))

    @precondition(lambda self: self.world.agents)
    @rule(data=st.data())
    def agent_says(self, data: st.DataObject) -> None:
        working = [
            agent_id
            for agent_id, agent in self.world.agents.items()
            if agent.status is AgentStatus.RUNNING
        ]
        if working:
            agent_id = data.draw(st.sampled_from(working))
            status = data.draw(st.sampled_from((AgentStatus.RUNNING, *ENDS)))
            self.world.say(agent_id, status, pushed=data.draw(st.booleans()))

    @rule(seconds=st.sampled_from((1, 30, 700, 7300)))
    def time_passes(self, seconds: int) -> None:
        self.world.pass_time(seconds)

    @rule(text=st.sampled_from(COMMANDS))
    def person_commands(self, text: str) -> None:
        # On a cancelled epic `start` begins again, which is not what is being watched.
        if not (text == "start" and self.sent_at_cancel is not None):
            self.world.command(text)

    @precondition(lambda self: not self.world.epic.status.is_final)
    @rule(mood=st.integers(0, 11))
    def person_cancels(self, mood: int) -> None:
        # Rarely: little of interest comes after it.
        if mood:
            return
        self.world.command("cancel")
        self.sent_at_cancel = len(self.world.sent)

    @precondition(lambda self: self.world.pulls)
    @rule(data=st.data(), act=st.sampled_from(ACTS))
    def person_acts(self, data: st.DataObject, act: str) -> None:
        pull = self.world.pulls[data.draw(st.sampled_from(sorted(self.world.pulls)))]
        if act == "merge" and pull.is_open:
            pull.is_merged, pull.is_open = True, False
        elif act == "push":
            pull.heads += 1
            pull.is_queued = pull.auto_merge = False
        elif act == "ask for changes":
            pull.asks_changes, pull.reviews = True, pull.reviews + 1
        elif act == "conflict":
            pull.mergeable = not pull.mergeable
        elif act == "block":
            pull.is_blocked = not pull.is_blocked
        elif act == "repair":
            pull.checks, pull.asks_changes = CheckState.PASSED, False
        elif not pull.is_merged:
            pull.is_open = act == "reopen"
        self.world.answers.append(events.PullRequestChanged(task=pull.task))

    @rule(mood=st.integers(0, 5))
    def base_turns(self, mood: int) -> None:
        if mood and not self.world.base_is_red:
            return
        self.world.base_is_red = not self.world.base_is_red
        failed = self.world.base_is_red
        self.world.answers.append(events.BaseChanged(branch="main", moved=True, failed=failed))

    @rule()
    def another_epic_merges(self) -> None:
        self._another_epic_holds(MergeSlot(base="main"))

    @rule()
    def another_epic_has_the_agents(self) -> None:
        self._another_epic_holds(*(AgentSlot(task=number) for number in range(1, 30)))

    def _another_epic_holds(self, *slots: Slot) -> None:
        """It takes them, or gives them back."""
        others = {slot: one for slot, one in self.world.held.items() if slot not in slots}
        taken = {} if slots[0] in self.world.held else dict.fromkeys(slots, Holder(issue=9))
        self.world.held = others | taken

    @rule(mood=st.integers(0, 7), kind=st.sampled_from(Interruption), good=st.booleans())
    def life_around(self, mood: int, kind: Interruption, good: bool) -> None:
        if not mood:
            happened = events.InterruptionResolved if good else events.Interrupted
            self.world.tell(happened(kind=kind, by=None))

    @invariant()
    def something_is_waited_for(self) -> None:
        world = self.world
        if world.epic.status is not EpicStatus.ACTIVE:
            return
        at_work = any(agent.status is AgentStatus.RUNNING for agent in world.agents.values())
        assert world.asked or world.answers or world.epic.due_at is not None or at_work
        for task in world.epic.under_way():
            assert task.wait, task

    @invariant()
    def limits_hold(self) -> None:
        settings_, epic = self.world.epic.settings, self.world.epic
        for task in epic.tasks:
            assert task.fixes.checks <= settings_.ci_fixes
            assert task.fixes.review <= settings_.review_fixes
            assert task.fixes.conflict <= settings_.conflict_fixes
            assert task.retries_used <= settings_.retries

    @invariant()
    def one_live_agent_per_task(self) -> None:
        asked = [effect for effect, _ in self.world.asked.values()]
        stopping = {effect.agent_id for effect in asked if isinstance(effect, effects.StopAgent)}
        late = {
            answer.agent_id
            for answer in self.world.answers
            if isinstance(answer, events.AgentLaunched)
        }
        for task in self.world.epic.tasks:
            live = [
                agent_id
                for agent_id, agent in self.world.agents.items()
                if agent.task == task.number
                and agent.status is AgentStatus.RUNNING
                and agent_id not in stopping | late
            ]
            assert len(live) <= 1

    @invariant()
    def nothing_is_sent_after_cancel(self) -> None:
        if self.sent_at_cancel is not None:
            later = self.world.sent[self.sent_at_cancel :]
            assert not any(isinstance(effect, REQUESTS) for effect in later)

    @invariant()
    def an_ended_epic_is_at_rest(self) -> None:
        epic = self.world.epic
        if epic.status.is_final:
            assert not any(epic.under_way())
        if epic.status is not EpicStatus.ACTIVE:
            assert epic.due_at is None

    def teardown(self) -> None:
        """From anywhere, with a helpful outside, the epic ends or pauses."""
        if not hasattr(self, "world"):
            return
        self.world.base_is_red, self.world.held = False, {}
        if self.world.epic.status is EpicStatus.ACTIVE:
            self.world.command("set merge=green on_failure=pause")
        for _ in range(MAX_STEPS):
            if self.world.epic.status is not EpicStatus.ACTIVE:
                return
            self._help()
        raise AssertionError(f"the epic never ends: {self.world.epic}")

    def _help(self) -> None:
        world = self.world
        for task in world.epic.under_way():
            pull = world.pulls.get(task.pull_request_number or 0)
            if pull is not None and task.status is TaskStatus.PR_OPEN and task.needs_person:
                pull.asks_changes = pull.is_blocked = False
                pull.mergeable = True
        if world.answers:
            world.tell(world.answers.pop(0))
        elif ready := world.ready():
            world.perform(ready[0], lambda _: False)
        elif (working := self._working()) is not None:
            world.say(working, AgentStatus.FINISHED)
        else:
            due = world.next_time()
            assert due is not None, f"nothing will ever happen again: {world.epic}"
            world.pass_time(max(1.0, (due - world.now + timedelta(seconds=1)).total_seconds()))

    def _working(self) -> str | None:
        running = (
            agent_id
            for agent_id, agent in self.world.agents.items()
            if agent.status is AgentStatus.RUNNING and not agent.stopping
        )
        return next(running, None)


TestDecideMachine = DecideMachine.TestCase
TestDecideMachine.settings = settings(
    max_examples=150, phases=(Phase.generate,), stateful_step_count=30, deadline=None
)
