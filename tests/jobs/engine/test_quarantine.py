"""What cannot be stored, claimed or loaded ends at the operator, and is forgotten once mended."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.core.effects import CloseIssue, Effect, FetchAgent, LaunchAgent, SendFollowUp
from bot.core.events import AgentLaunched, EffectFailed, Enrichment, Event, TimePassed
from bot.core.model.identifiers import EpicStatus, RunId
from bot.core.transitions.dispatch import HANDLERS
from jobs.engine.interfaces import RateLimit
from jobs.engine.quarantine import MAX_FAULTS
from storage.database import Database
from storage.inbox import InboxRow
from tests.core.effects.samples import sample
from tests.databases import sqlite_only
from tests.jobs.engine.scripted import ALLOWED, EngineWorld, world_of

BAD = EffectFailed(what="React", reason="")
UNSTORABLE = EffectFailed(what="React", reason="\ud83d")
ENDLESS = RateLimit(service="GitHub", name="github", seconds=1e300)
HOUR = 3601.0
PARKED = "put aside after errors in Orchestra itself: "


def raising(*_: object) -> Any:
    raise ZeroDivisionError


@pytest.fixture
def world(database: Database) -> EngineWorld:
    return world_of(database)


def exhaust(world: EngineWorld, turns: int = 2 * MAX_FAULTS, seconds: float = HOUR) -> None:
    for _ in range(turns):
        world.carry()
        world.pass_time(seconds)


def answering(kind: type[Effect], answer: Event | RateLimit) -> Any:
    """Let the outside answer such effects so, and all others with nothing."""
    return lambda effect, _: answer if isinstance(effect, kind) else None


@pytest.mark.parametrize("answer", [UNSTORABLE, ENDLESS], ids=["text", "time"])
def test_a_result_that_cannot_be_stored_stops_no_command(
    world: EngineWorld, answer: Event | RateLimit
) -> None:
    world.outside.perform = answering(CloseIssue, answer)
    world.emit(CloseIssue())
    world.carry()
    assert world.states()["CloseIssue"] == "pending"
    assert not world.is_due()
    world.command("cancel")
    world.carry()
    assert world.epic().status is EpicStatus.CANCELLED


def test_a_result_that_can_never_be_stored_is_parked_and_shown(world: EngineWorld) -> None:
    world.outside.perform = answering(CloseIssue, UNSTORABLE)
    world.emit(CloseIssue())
    exhaust(world)
    asked = [one for one in world.outside.asked if isinstance(one, CloseIssue)]
    assert len(asked) == MAX_FAULTS
    assert f"{PARKED}close issue" in world.lines()
    assert world.parked() == 1
    assert not world.is_due()


def test_a_launch_whose_answer_cannot_be_stored_is_not_made_again(world: EngineWorld) -> None:
    effect = sample(LaunchAgent)
    launched = AgentLaunched(
        run=RunId("run-1"), agent_id="bc-1", url=None, prompt_ref=None, opens_pull_request=True
    )
    world.outside.perform = answering(LaunchAgent, replace(launched, agent_id="bc-\ud83d"))
    world.outside.already_applied = lambda *_: launched
    world.emit(effect)
    world.carry()
    assert world.states()[effect.key] == "sent"
    world.pass_time(11)
    world.carry()
    assert world.states()[effect.key] == "done"
    assert [one for one in world.outside.asked if isinstance(one, LaunchAgent)] == [effect]
    assert launched in world.told_of()


def test_an_enrichment_that_cannot_be_stored_stops_no_command(world: EngineWorld) -> None:
    def read(row: InboxRow) -> Enrichment:
        return replace(ALLOWED, title="\ud83d") if row.id == bad else ALLOWED

    world.outside.read = read
    bad = world.command("start base=fix#12")
    world.command("cancel")
    world.carry()
    assert world.epic().status is EpicStatus.CANCELLED
    exhaust(world)
    assert "PostComment:1:answer:100:1" in world.states()
    assert not world.is_due()


@pytest.mark.parametrize("name", ["service", "throttle_names"])
def test_an_effect_that_cannot_be_prepared_undoes_no_decision(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    effect = sample(LaunchAgent)
    world.emit(effect)
    world.tell(BAD)
    monkeypatch.setattr(type(world.outside), name, raising)
    world.carry()
    assert world.lines() == ["react was refused"]
    # Nothing has left, so that it can be taken back.
    assert world.states()[effect.key] == "pending"
    exhaust(world)
    assert f"{PARKED}launch agent" in world.lines()


def test_a_row_whose_reading_cannot_begin_keeps_nobody_waiting(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = type(world.outside).throttle_names
    # The enricher is asked with two arguments, the handlers with three.
    monkeypatch.setattr(
        type(world.outside),
        "throttle_names",
        lambda self, *given: raising() if len(given) == 2 else real(self),
    )
    world.command("start")
    world.tell(BAD)
    world.carry()
    assert "react was refused" in world.lines()
    exhaust(world)
    assert "PostComment:1:answer:100:1" in world.states()
    assert world.waiting() == []


@pytest.mark.parametrize("command", ["cancel", "restart 1", "skip 1"])
def test_what_was_parked_after_it_left_is_settled_when_it_is_taken_back(
    world: EngineWorld, command: str
) -> None:
    world.put(token="0" * 32)
    effect = replace(sample(SendFollowUp), task=1)
    world.outside.perform = lambda one, _: raising() if isinstance(one, SendFollowUp) else None
    world.emit(effect)
    exhaust(world)
    assert (world.states()[effect.key], world.parked()) == ("sent", 1)
    world.outside.looked_for.clear()
    world.command(command)
    exhaust(world, 3)
    assert effect in world.outside.looked_for
    assert (world.states()[effect.key], world.parked()) == ("cancelled", 0)


def test_rows_put_off_keep_no_command_behind_them(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, EffectFailed, raising)
    for _ in range(101):
        world.tell(BAD)
    world.command("cancel")
    world.carry()
    assert world.epic().status is EpicStatus.CANCELLED
    assert not world.is_due()


def test_an_epic_that_is_loaded_again_is_no_longer_counted(world: EngineWorld) -> None:
    world.spoil("epics", world.epic_id, settings='{"retries": "many"}')
    world.command("pause")
    exhaust(world)
    assert world.parked() == 1
    world.spoil("epics", world.epic_id, settings="{}")
    world.carry()
    assert world.epic().status is EpicStatus.PAUSED
    assert world.parked() == 0
    assert world.error_of("epics", world.epic_id) is None


def test_only_what_something_waits_for_is_counted(world: EngineWorld) -> None:
    world.spoil("inbox", world.tell(BAD), payload="{}")
    [effect] = world.emit(FetchAgent(run=RunId("run-1")))
    world.spoil("effects", effect, payload="[]")
    world.carry()
    assert world.parked() == 2
    world.spoil("effects", effect, state="done")
    assert world.parked() == 1
    world.put(status=EpicStatus.COMPLETED)
    assert world.parked() == 0


@sqlite_only
@pytest.mark.parametrize("column", ["not_before", "received_at"])
def test_a_time_that_is_none_parks_its_row_alone(world: EngineWorld, column: str) -> None:
    row = world.tell(BAD)
    world.spoil("inbox", row, **{column: "1 March"})
    world.command("cancel")
    world.carry()
    assert world.epic().status is EpicStatus.CANCELLED
    error = world.error_of("inbox", row)
    assert error is not None
    assert error.startswith("ValueError")


@sqlite_only
def test_a_time_that_is_none_parks_its_effect_alone(world: EngineWorld) -> None:
    [first, _] = world.emit(CloseIssue(), sample(FetchAgent))
    world.spoil("effects", first, created_at="yesterday")
    world.carry()
    assert world.states()[sample(FetchAgent).key] == "done"
    assert world.parked() == 1
    assert not world.is_due()


@sqlite_only
def test_a_time_that_is_none_has_its_epic_left_alone(world: EngineWorld) -> None:
    world.spoil("epics", world.epic_id, created_at="yesterday")
    world.command("cancel")
    with capture_logs() as logged:
        exhaust(world, 3, 1.0)
    assert [one["event"] for one in logged] == ["the epic cannot be loaded"]
    assert not world.is_due()


def test_a_turn_that_raises_is_noted_and_the_epic_left_alone(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.command("cancel")
    monkeypatch.setattr("jobs.engine.advance.inbox.undecided", raising)
    with capture_logs() as logged:
        exhaust(world, 3, 1.0)
    assert [one["event"] for one in logged] == ["a turn failed"]
    assert not world.is_due()
    monkeypatch.undo()
    world.pass_time(HOUR)
    world.carry()
    assert world.epic().status is EpicStatus.CANCELLED
    assert world.error_of("epics", world.epic_id) is None


def test_what_was_decided_stays_although_claiming_raises(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tell(BAD)
    monkeypatch.setattr("jobs.engine.perform.effects.claim", raising)
    exhaust(world)
    assert world.lines() == ["react was refused"]
    assert world.parked() == 1
    monkeypatch.undo()
    exhaust(world, 2)
    assert world.parked() == 0


def test_a_timer_that_keeps_raising_is_told_of_once_and_does_not_spin(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[object] = []

    def passed(*given: object) -> None:
        tries.append(given)
        raising()

    monkeypatch.setitem(HANDLERS, TimePassed, passed)
    [task] = world.epic().tasks
    past = world.now() - timedelta(minutes=1)
    world.put(due_at=past, tasks=(replace(task, due_at=past),))
    exhaust(world, 3 * MAX_FAULTS)
    assert MAX_FAULTS < len(tries) <= 3 * MAX_FAULTS
    assert world.lines().count(f"{PARKED}time passed") == 1


def test_a_timer_that_raised_is_put_off_whatever_else_is_decided(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    [task] = world.epic().tasks
    past = world.now() - timedelta(minutes=1)
    world.put(due_at=past, tasks=(replace(task, due_at=past),))
    with monkeypatch.context() as patch:
        patch.setitem(HANDLERS, TimePassed, raising)
        world.carry()
        world.tell(BAD)
        world.carry()
        assert not world.is_due()
    world.pass_time(11)
    world.carry()
    assert world.epic().tasks[0].due_at is None
    assert world.error_of("epics", world.epic_id) is None
