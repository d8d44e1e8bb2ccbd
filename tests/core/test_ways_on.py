"""What is offered is accepted in that state, and never leads to the same pause at once."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition

from bot.core import effects
from bot.core.commands.parsing import parse_line
from bot.core.effects import React
from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, CommitSha, EpicStatus, TaskStatus
from bot.core.model.mistakes import ChecklistMistake, ChecklistMistakeKind
from bot.core.model.observations import CheckState
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from bot.core.model.refusals import Refusal
from bot.core.model.settings import OnFailure
from bot.core.model.task import FINAL_PULL_REQUEST, Task
from bot.core.model.ways import Way
from bot.core.ways_on import ways_for_task, ways_on
from bot.rendering.ways import way_text
from tests.core.test_transitions_machine import DecideMachine
from tests.core.transitions import scenes
from tests.core.transitions_world import World, new_world

# What is done at once, with nothing new from people or agents.
_AT_ONCE = (
    effects.FetchPullRequest,
    effects.FetchWork,
    effects.FetchMerge,
    effects.FetchBase,
    effects.UpdateBranch,
    effects.MergePullRequest,
    effects.RerunJobs,
)
_RUNNING = (EpicStatus.ACTIVE, EpicStatus.PAUSED)


def offered(epic: Epic) -> Iterator[tuple[Way, int | None]]:
    """Yield every way, with the pull request that it is offered on."""
    yield from ((way, None) for way in ways_on(epic))
    for task in epic.tasks:
        for way in ways_for_task(epic, task):
            yield way, task.pull_request_number


def line(way: Way) -> str:
    return way_text(way).removeprefix("/orchestra ")


def answer(epic: Epic, way: Way, pull_request: int | None) -> tuple[str, Epic]:
    """Return the reaction to the command, and the epic after it."""
    if way.once_fixed:
        epic = replace(epic, mistakes=(), settings_mistakes=())
    command = replace(scenes.command(line(way)), pull_request=pull_request)
    decision = scenes.after(epic, command)
    [content] = [one.content for one in scenes.asked(decision) if isinstance(one, React)]
    return content, decision.epic


def check_accepted(epic: Epic) -> None:
    for way, pull_request in offered(epic):
        assert not isinstance(parse_line(way_text(way)), Refusal)
        content, after = answer(epic, way, pull_request)
        assert content == "+1", way
        assert way.verb == "doctor" or after != epic, way


def pauses_again(world: World, way: Way) -> bool:
    """Whether, with nothing else happening, the epic comes to the pause that the way has ended."""
    before, world = world.epic.pause, deepcopy(world)
    if way.once_fixed:
        world.base_is_red = False
        for pull in world.pulls.values():
            pull.checks, pull.mergeable, pull.asks_changes = CheckState.PASSED, True, False
            pull.is_blocked = False
    world.asked.clear()
    world.answers.clear()
    world.command(line(way))
    if world.epic.pause is not None:
        return False
    for _ in range(20):
        for key in [key for key in world.ready() if isinstance(world.asked[key][0], _AT_ONCE)]:
            world.perform(key, lambda _: False)
        for event in world.answers:
            world.tell(event)
        world.answers.clear()
        world.pass_time(10)
    return before is not None and world.epic.pause == before


class WaysMachine(DecideMachine):
    """The states that any order of events leads to."""

    @invariant()
    def what_is_offered_is_accepted(self) -> None:
        check_accepted(self.world.epic)

    @precondition(lambda self: self.world.epic.status is EpicStatus.PAUSED)
    @invariant()
    def nothing_leads_to_the_same_pause(self) -> None:
        for way in ways_on(self.world.epic):
            assert not pauses_again(self.world, way), way

    @invariant()
    def there_is_always_a_way(self) -> None:
        assert ways_on(self.world.epic)

    def teardown(self) -> None:
        """Not every run has to end."""


TestWaysMachine = WaysMachine.TestCase
TestWaysMachine.settings = settings(
    max_examples=60, phases=(Phase.generate,), stateful_step_count=30, deadline=None
)

_FAILURES = st.builds(
    Failure,
    kind=st.sampled_from(FailureKind),
    merge_allowed=st.booleans(),
)
_WAITS = st.builds(
    Wait,
    kind=st.sampled_from([WaitKind.CHANGES_NOT_MADE, WaitKind.REVIEW, WaitKind.CHECKS_RUNNING]),
    merge_allowed=st.booleans(),
)
_REQUESTS = st.none() | st.builds(
    lambda is_open: replace(scenes.REQUEST, is_open=is_open), st.booleans()
)


@st.composite
def tasks(draw: st.DrawFn, number: int) -> Task:
    status = draw(st.sampled_from(TaskStatus))
    request = draw(_REQUESTS)
    if request is not None:
        request = replace(request, number=10 + number)
    merged = status is TaskStatus.COMPLETED and draw(st.booleans())
    return Task(
        number=number,
        position=number,
        title=f"task {number}",
        status=status,
        failure=draw(_FAILURES) if status is TaskStatus.FAILED else None,
        wait=draw(_WAITS) if status.is_under_way else None,
        needs_person=draw(st.booleans()),
        pull_request=request,
        pull_request_number=request.number if request else None,
        merge_sha=CommitSha("d" * 40) if merged else None,
        runs=(replace(scenes.RUN, task_number=number),) if draw(st.booleans()) else (),
    )


@st.composite
def epics(draw: st.DrawFn) -> Epic:
    """Any epic whose facts do not contradict each other."""
    status = draw(st.sampled_from(EpicStatus))
    numbers = range(0 if draw(st.booleans()) else 1, draw(st.integers(1, 4)))
    some = [draw(tasks(number)) for number in numbers] if status in _RUNNING else []
    if draw(st.booleans()) and status.is_final:
        some = [draw(tasks(1))]
    pause = Pause(kind=draw(st.sampled_from(PauseKind)), held=draw(st.booleans()))
    mistake = ChecklistMistake(kind=ChecklistMistakeKind.NO_TITLE)
    return scenes.epic(
        settings={"on_failure": draw(st.sampled_from(OnFailure))},
        status=status,
        activated=status is not EpicStatus.PENDING or draw(st.booleans()),
        body="".join(f"- [ ] task {task.number}\n" for task in some if task.number) or scenes.BODY,
        tasks=tuple(some),
        mistakes=draw(st.sampled_from([(), (mistake,)])),
        pause=pause if status is EpicStatus.PAUSED else None,
        pausing=status is EpicStatus.ACTIVE and draw(st.booleans()),
        base_red=draw(st.sampled_from([(), ("test",)])),
        has_epic_branch=any(task.number == FINAL_PULL_REQUEST for task in some),
        start_at=scenes.later(60) if status is EpicStatus.PENDING and draw(st.booleans()) else None,
    )


@settings(max_examples=4 * settings().max_examples)
@given(epics())
def test_what_is_offered_is_accepted_in_any_state(epic: Epic) -> None:
    check_accepted(epic)


def _checks_fail(world: World) -> None:
    for pull in world.pulls.values():
        pull.checks = CheckState.FAILED


def _conflicts(world: World) -> None:
    for pull in world.pulls.values():
        pull.mergeable = False


def _is_closed(world: World) -> None:
    for pull in world.pulls.values():
        pull.is_open = False


def _is_all_right(world: World) -> None:
    del world


def paused_world(act: Callable[[World], None], goes_wrong: str | None) -> World:
    """Return a world whose first task fails: by what people do, or what an effect comes to."""
    world = new_world()
    world.command("start")
    for _ in range(200):
        if world.epic.status is EpicStatus.PAUSED:
            return world
        act(world)
        _one_step(world, lambda question: question == goes_wrong)
    raise AssertionError(f"the epic never pauses: {world.epic}")


def _one_step(world: World, fate: Callable[[str], bool]) -> None:
    working = [
        agent_id
        for agent_id, agent in world.agents.items()
        if agent.status is AgentStatus.RUNNING and not agent.stopping
    ]
    if world.answers:
        world.tell(world.answers.pop(0))
    elif ready := world.ready():
        world.perform(ready[0], fate)
    elif working:
        world.say(working[0], AgentStatus.FINISHED)
    elif (due := world.next_time()) is not None:
        world.pass_time(max(1.0, (due - world.now).total_seconds() + 1))


@pytest.mark.parametrize(
    ("act", "goes_wrong", "kind", "ways"),
    [
        (
            _checks_fail,
            None,
            FailureKind.CHECKS_FAILED,
            ["retry 1", "skip 1", "resume once fixed", "cancel"],
        ),
        (
            _conflicts,
            None,
            FailureKind.MERGE_CONFLICT,
            ["retry 1", "skip 1", "resume once fixed", "cancel"],
        ),
        (
            _is_closed,
            None,
            FailureKind.PULL_REQUEST_CLOSED,
            ["retry 1", "skip 1", "cancel"],
        ),
        (
            _is_all_right,
            "nothing pushed",
            FailureKind.NOTHING_CHANGED,
            ["retry 1", "skip 1", "cancel"],
        ),
        (
            _is_all_right,
            "launch refused",
            FailureKind.LAUNCH_REFUSED,
            ["retry 1", "skip 1", "cancel"],
        ),
    ],
)
def test_ways_on_after_a_failure(
    act: Callable[[World], None], goes_wrong: str | None, kind: FailureKind, ways: list[str]
) -> None:
    world = paused_world(act, goes_wrong)
    pause = world.epic.pause
    assert pause is not None
    assert pause.failure is not None
    assert pause.failure.kind is kind
    offers = ways_on(world.epic)
    assert [line(way) + " once fixed" * way.once_fixed for way in offers] == ways
    check_accepted(world.epic)
    for way in offers:
        assert not pauses_again(world, way), way


def test_resume_would_pause_again_where_it_is_not_offered() -> None:
    world = paused_world(_is_closed, None)
    assert pauses_again(world, Way(verb="resume"))
    world = paused_world(_checks_fail, None)
    assert pauses_again(world, Way(verb="resume"))
    assert pauses_again(world, Way(verb="merge", task=1))
