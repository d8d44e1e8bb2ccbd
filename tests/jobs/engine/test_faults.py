"""One bad row stops nothing: it is backed off, parked, and shown."""

from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.core.effects import (
    CloseIssue,
    Effect,
    LaunchAgent,
    OpenRevert,
    PostComment,
    React,
    StopAgent,
)
from bot.core.events import (
    BaseReady,
    CommandGiven,
    EffectFailed,
    Enrichment,
    TimePassed,
    WorkFetched,
)
from bot.core.model.identifiers import EpicStatus, RunId, TaskStatus
from bot.core.model.messages import MessageKind
from bot.core.model.reasons import Failure, FailureKind
from bot.core.model.terms import Terms
from bot.core.reservations import Holder, MergeSlot
from bot.core.transitions.dispatch import HANDLERS
from bot.core.transitions.transition import Transition
from bot.core.ways_on import ways_on
from jobs.engine.interfaces import Surroundings
from jobs.engine.quarantine import MAX_FAULTS
from storage import reservations
from storage.database import Database
from storage.inbox import InboxRow
from tests.core.effects.samples import sample
from tests.jobs.engine.scripted import ADA, ALLOWED, EngineWorld, world_of
from tests.stored_epics import insert_epic

BAD = EffectFailed(what="React", reason="")
HOUR = 3601.0


def raising(*_: object) -> Any:
    raise ZeroDivisionError("gho_secret")


def unstorable(transition: Transition, _event: object) -> None:
    """Fail while the second effect is stored: what came before it must not stay."""
    message: Any = object()
    transition.emit(CloseIssue())
    transition.emit(PostComment(issue=1, purpose="x", message=message))


def raising_on(kind: type[Effect]) -> Any:
    """Fail on such effects, and carry out all others."""
    return lambda effect, _: raising() if isinstance(effect, kind) else None


@pytest.fixture
def world(database: Database) -> EngineWorld:
    return world_of(database)


def exhaust(world: EngineWorld) -> None:
    """Carry until nothing is tried any more."""
    for _ in range(2 * MAX_FAULTS):
        world.carry()
        world.pass_time(HOUR)
    world.carry()


@pytest.mark.parametrize("handler", [raising, unstorable], ids=["decide", "store"])
def test_an_event_that_raises_leaves_the_others_alone(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch, handler: Any
) -> None:
    monkeypatch.setitem(HANDLERS, EffectFailed, handler)
    world.tell(BAD)
    world.command("cancel")
    with capture_logs() as logged:
        world.carry()
    assert "could not decide on an inbox row" in [one["event"] for one in logged]
    assert world.epic().status is EpicStatus.CANCELLED
    assert "StopAgent:bc-1" in world.states()
    assert not [key for key in world.states() if key.startswith("CloseIssue")]
    assert not world.is_due()


def test_an_event_that_keeps_raising_is_parked_and_shown(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[object] = []
    monkeypatch.setitem(HANDLERS, EffectFailed, lambda *given: tries.append(raising(*given)))
    world.tell(BAD)
    exhaust(world)
    assert world.parked() == 1
    assert world.lines() == ["put aside after errors in Orchestra itself: effect failed"]
    assert not world.is_due()


def test_a_row_is_tried_again_ever_more_rarely(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, EffectFailed, raising)
    world.tell(BAD)
    world.carry()
    world.pass_time(5)
    assert not world.is_due()
    world.pass_time(6)
    assert world.is_due()
    world.carry()
    world.pass_time(15)
    assert not world.is_due()
    monkeypatch.undo()
    world.pass_time(6)
    world.carry()
    assert world.lines() == ["react was refused"]


def test_the_error_is_kept_without_its_words(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, EffectFailed, raising)
    row = world.tell(BAD)
    world.carry()
    error = world.error_of("inbox", row)
    assert error is not None
    assert error.startswith("ZeroDivisionError at tests/jobs/engine/test_faults.py:")
    assert "gho_secret" not in error


def test_a_timer_that_raises_is_put_off_and_stops_no_command(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, TimePassed, raising)
    world.put(due_at=world.now())
    world.command("cancel")
    world.carry()
    assert world.epic().status is EpicStatus.CANCELLED

    world.put(due_at=world.now(), status=EpicStatus.ACTIVE)
    with capture_logs() as logged:
        world.carry()
    assert [one["event"] for one in logged] == ["could not let time pass"]
    assert not world.is_due()
    exhaust(world)
    assert "put aside after errors in Orchestra itself: time passed" in world.lines()


def test_rows_that_no_longer_validate_are_parked_at_once(world: EngineWorld) -> None:
    world.spoil("inbox", world.tell(BAD), payload="{}")
    world.spoil("inbox", world.tell(BAD), kind="Unheard")
    world.command("pause")
    world.carry()
    assert world.epic().status is EpicStatus.PAUSED
    assert world.parked() == 2
    assert not world.is_due()


def test_an_effect_that_no_longer_validates_stops_no_other(world: EngineWorld) -> None:
    [first, second] = world.emit(CloseIssue(), sample(OpenRevert))
    world.spoil("effects", first, kind="Unheard")
    world.spoil("effects", second, payload="[]")
    world.command("pause")
    world.carry()
    assert any(isinstance(one, StopAgent) for one in world.outside.asked)
    assert world.parked() == 2
    assert "put aside after errors in Orchestra itself: unheard" in world.lines()
    assert not world.is_due()


def test_an_effect_that_keeps_raising_is_parked_and_names_its_task(world: EngineWorld) -> None:
    world.outside.perform = raising_on(OpenRevert)
    world.emit(sample(OpenRevert))
    world.command("pause")
    exhaust(world)
    tries = [one for one in world.outside.asked if isinstance(one, OpenRevert)]
    assert len(tries) == MAX_FAULTS
    assert any(isinstance(one, StopAgent) for one in world.outside.asked)
    assert world.log()[-1] == (1, "put aside after errors in Orchestra itself: open revert")
    assert not world.is_due()


def test_what_was_parked_is_tried_again_when_it_is_emitted_again(world: EngineWorld) -> None:
    world.outside.perform = raising_on(CloseIssue)
    world.emit(CloseIssue())
    exhaust(world)
    assert world.parked() == 1
    world.outside.perform = lambda *_: None
    world.emit(CloseIssue())
    world.carry()
    assert world.states()["CloseIssue"] == "done"
    assert world.parked() == 0


def test_a_launch_that_keeps_raising_ends_at_a_person(world: EngineWorld) -> None:
    world.outside.perform = raising_on(LaunchAgent)
    world.command("restart 1")
    exhaust(world)
    [task] = world.epic().tasks
    assert (task.status, world.epic().status) == (TaskStatus.FAILED, EpicStatus.PAUSED)
    assert task.failure == Failure(kind=FailureKind.INTERNAL, effect="LaunchAgent")
    assert [way.verb for way in ways_on(world.epic())] == ["retry", "skip", "cancel"]
    paused = [one for one in world.said() if one.kind is MessageKind.PAUSED]
    assert [one.to for one in paused] == [ADA]
    world.outside.perform = lambda *_: None
    world.command("retry 1")
    world.carry()
    launches = {one.run for one in world.outside.asked if isinstance(one, LaunchAgent)}
    assert len(launches) == 2


def test_a_command_that_keeps_raising_is_answered(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, CommandGiven, raising)
    world.command("retry 1")
    exhaust(world)
    reactions = [one for one in world.outside.asked if isinstance(one, React)]
    assert [one.content for one in reactions] == ["confused"]
    assert [one.refusal and one.refusal.kind for one in world.said()] == ["internal_error"]
    assert [one.to for one in world.said()] == [ADA]


def test_a_report_that_keeps_raising_fails_its_task(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, WorkFetched, raising)
    world.tell(WorkFetched(task=1, run=RunId("run-1"), commits_ahead=1))
    exhaust(world)
    assert world.epic().tasks[0].failure == Failure(kind=FailureKind.INTERNAL, effect="WorkFetched")


def test_what_no_longer_validates_names_its_task(world: EngineWorld) -> None:
    [row] = world.emit(sample(LaunchAgent))
    world.spoil("effects", row, payload="{}")
    world.carry()
    assert world.epic().tasks[0].status is TaskStatus.FAILED


@pytest.mark.parametrize("before", [True, False], ids=["before a request", "after one"])
def test_only_what_may_have_left_counts_as_sent(world: EngineWorld, before: bool) -> None:
    effect = sample(LaunchAgent)

    def perform(_effect: Effect, surroundings: Surroundings) -> Any:
        if not before:
            surroundings.before_request()
        raising()

    world.outside.guards = False
    world.outside.perform = perform
    world.emit(effect)
    world.carry()
    assert world.states()[effect.key] == ("pending" if before else "sent")
    world.pass_time(HOUR)
    world.outside.perform = lambda *_: None
    world.carry()
    assert bool(world.outside.looked_for) is not before
    assert world.states()[effect.key] == "done"


def test_a_fault_before_any_request_leaves_a_launch_to_be_cancelled(world: EngineWorld) -> None:
    effect = sample(LaunchAgent)
    world.outside.guards = False
    world.outside.perform = raising_on(LaunchAgent)
    world.emit(effect)
    world.carry()
    world.command("cancel")
    world.carry()
    assert world.states()[effect.key] == "cancelled"


def test_enriching_that_raises_delays_only_its_own_row(world: EngineWorld) -> None:
    def read(row: InboxRow) -> Enrichment:
        return raising() if row.id == bad else ALLOWED

    world.outside.read = read
    bad = world.command("start base=fix#12")
    world.command("cancel")
    world.carry()
    assert world.epic().status is EpicStatus.CANCELLED
    exhaust(world)
    assert "PostComment:1:answer:100:1" in world.states()
    assert not world.is_due()


def test_an_epic_that_no_longer_validates_stops_no_other(world: EngineWorld) -> None:
    other = world_of(world.database, issue=2)
    world.spoil("epics", world.epic_id, settings='{"retries": "many"}')
    for one in (world, other):
        one.command("cancel")
    assert world.due() == {world.epic_id: "balanced", other.epic_id: "balanced"}
    world.carry()
    other.carry()
    assert other.epic().status is EpicStatus.CANCELLED
    assert not world.is_due()
    world.pass_time(11)
    assert world.is_due()
    world.spoil("epics", world.epic_id, settings="{}")
    world.carry()
    assert world.epic().status is EpicStatus.CANCELLED


def test_a_result_for_an_epic_that_cannot_be_loaded_is_kept(world: EngineWorld) -> None:
    def perform(_effect: Effect, _surroundings: object) -> Any:
        world.spoil("epics", world.epic_id, status="STRANGE")
        return BaseReady()

    world.outside.perform = perform
    world.emit(CloseIssue())
    world.carry()
    assert world.states()["CloseIssue"] == "done"
    assert world.waiting() == ["BaseReady"]


@pytest.mark.parametrize("spoiled", ["{", "[]", '{"number": "x"}'])
def test_another_epics_pull_request_that_no_longer_validates_stops_no_decision(
    world: EngineWorld, spoiled: str
) -> None:
    with world.database.write() as connection:
        values = {"pull_request": spoiled, "status": "MERGING"}
        insert_epic(connection, issue=2)
        set_ = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(text(f"UPDATE tasks SET {set_} WHERE epic_id = 2"), values)
        slot = MergeSlot(base="main")
        now = world.database.now(connection)
        held = reservations.holders(connection, world.epic_id, [slot], [], terms=Terms(), now=now)
        assert held == {slot: Holder(issue=2)}


def test_a_line_of_the_log_that_no_longer_validates_is_left_out(world: EngineWorld) -> None:
    for _ in range(2):
        world.tell(BAD)
    world.carry()
    before = world.lines()
    world.spoil("log_events", 1, notice="{}")
    assert world.lines() == before[1:]
