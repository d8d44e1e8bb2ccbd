"""What is sent is ours to send, and what came of it is kept."""

import threading
import time
from typing import Any

import pytest
from sqlalchemy import event

from bot.core.effects import (
    AskPlan,
    CloseIssue,
    Effect,
    FetchPullRequest,
    MergePullRequest,
    work_on_task,
)
from bot.core.events import BaseReady, Merged, PullRequestOpened
from bot.core.model.identifiers import CommitSha, TaskStatus
from jobs.engine import lease as leases
from jobs.engine.interfaces import ClaimLost, Failed, NotApplied, Surroundings
from jobs.engine.lease import MAX_REQUEST_SECONDS, Lease
from storage import effects
from storage.database import Database
from storage.effects import CLAIM_SECONDS, SETTLE_SECONDS, Claimed, Permit
from tests.core.effects.samples import sample
from tests.core.transitions import scenes
from tests.jobs.engine.scripted import EngineWorld, world_of

MERGE = sample(MergePullRequest, number=10, task=1, head=scenes.HEAD)
MERGED = Merged(task=1, number=10, sha=CommitSha("f" * 40))
TAKEN_OVER = CLAIM_SECONDS + 1.0


@pytest.fixture
def world(database: Database) -> EngineWorld:
    return world_of(database, task=scenes.task(TaskStatus.MERGING))


def stopped_meanwhile(world: EngineWorld, then: Any) -> Any:
    """Perform as a worker does that stands still after it has sent, until its claim ran out."""

    def perform(effect: Effect, _surroundings: object) -> Any:
        world.outside.perform = lambda *_: None
        world.pass_time(TAKEN_OVER)
        then()
        return MERGED if isinstance(effect, MergePullRequest) else BaseReady()

    return perform


def test_a_result_is_kept_although_its_claim_was_taken_over(world: EngineWorld) -> None:
    world.outside.already_applied = lambda *_: Failed(
        service="GitHub", message="slow", answer_lost=False
    )
    world.outside.perform = stopped_meanwhile(world, world.carry)
    world.emit(MERGE)
    world.carry()
    assert world.epic().tasks[0].status is TaskStatus.COMPLETED
    assert world.outside.asked[:1] == [MERGE]
    assert MERGE not in world.outside.asked[1:]


def test_what_was_only_read_is_read_again_instead(world: EngineWorld) -> None:
    def perform(effect: Effect, _surroundings: object) -> Any:
        if isinstance(effect, FetchPullRequest) and len(asked) < 2:
            asked.append(effect)
            if len(asked) == 1:
                world.pass_time(TAKEN_OVER)
                world.carry()
            return PullRequestOpened(task=1, number=len(asked))
        return None

    asked: list[Effect] = []
    world.outside.perform = perform
    world.emit(sample(FetchPullRequest))
    world.carry()
    assert len(asked) == 2
    assert world.epic().tasks[0].pull_request_number == 2


def claim(world: EngineWorld, token: str = "token") -> Claimed:
    with world.database.write() as connection:
        now = world.database.now(connection)
        found = effects.claim(connection, world.epic_id, token, now, 99)
    assert isinstance(found, Claimed)
    return found


def mark_sent(world: EngineWorld, claimed: Claimed) -> Permit:
    with world.database.write() as connection:
        return effects.mark_sent(connection, claimed, world.database.now(connection))


def cancel(world: EngineWorld) -> None:
    with world.database.write() as connection:
        effects.cancel_pending(connection, world.epic_id, work_on_task(1))


def test_sending_needs_a_live_claim(world: EngineWorld) -> None:
    world.emit(MERGE)
    claimed = claim(world)
    world.pass_time(TAKEN_OVER)
    assert mark_sent(world, claimed) is Permit.LOST


def test_sending_renews_the_claim(world: EngineWorld) -> None:
    world.emit(MERGE)
    claimed = claim(world)
    world.pass_time(CLAIM_SECONDS / 2)
    assert mark_sent(world, claimed) is Permit.SEND
    world.pass_time(CLAIM_SECONDS / 2 + 1)
    assert not world.is_due()
    assert mark_sent(world, claimed) is Permit.SEND


def test_a_cancel_before_the_call_wins(world: EngineWorld) -> None:
    world.emit(MERGE)
    claimed = claim(world)
    cancel(world)
    assert mark_sent(world, claimed) is Permit.LOST
    assert world.states()["MergePullRequest:10:" + scenes.HEAD + ":3"] == "cancelled"


def test_a_cancelled_effect_is_settled_only_once_its_request_is_over(world: EngineWorld) -> None:
    world.emit(MERGE)
    mark_sent(world, claim(world))
    cancel(world)
    world.pass_time(TAKEN_OVER)
    second = claim(world)
    assert second.maybe_sent
    assert mark_sent(world, second) is Permit.UNSETTLED
    world.pass_time(SETTLE_SECONDS - TAKEN_OVER + 1)
    assert mark_sent(world, second) is Permit.CANCELLED


def test_a_cancelled_merge_that_comes_late_is_seen_before_it_is_settled(
    world: EngineWorld,
) -> None:
    world.emit(MERGE)
    mark_sent(world, claim(world))
    cancel(world)
    world.pass_time(TAKEN_OVER)
    world.carry()
    world.outside.already_applied = lambda *_: MERGED
    world.pass_time(SETTLE_SECONDS)
    world.carry()
    assert world.epic().tasks[0].status is TaskStatus.COMPLETED
    assert MERGE not in world.outside.asked


def lease_of(world: EngineWorld, *, age: float) -> Lease:
    """A lease that this process took that long ago."""
    return Lease(world.database, claim(world), time.monotonic() - age)


def statements(world: EngineWorld, lease: Lease) -> int:
    """How many statements one look before a request costs."""
    seen: list[object] = []
    listen = ("before_cursor_execute", lambda *given: seen.append(given[2]))
    event.listen(world.database.engine, *listen)
    try:
        lease.before_request()
    finally:
        event.remove(world.database.engine, *listen)
    return len(seen)


def test_a_request_that_cannot_outlive_the_claim_costs_nothing(world: EngineWorld) -> None:
    world.emit(CloseIssue())
    lease = lease_of(world, age=CLAIM_SECONDS - MAX_REQUEST_SECONDS - 5)
    assert statements(world, lease) == 0


def test_a_claim_is_renewed_before_a_request_that_could_outlive_it(world: EngineWorld) -> None:
    world.emit(CloseIssue())
    lease = lease_of(world, age=CLAIM_SECONDS - 5)
    world.pass_time(CLAIM_SECONDS - 5)
    assert statements(world, lease) == 1
    world.pass_time(CLAIM_SECONDS - 5)
    assert not world.is_due()
    assert statements(world, lease) == 0


@pytest.mark.parametrize("how", ["ran out", "taken over", "cancelled"])
def test_nothing_is_sent_once_the_claim_is_lost(world: EngineWorld, how: str) -> None:
    world.emit(MERGE)
    lease = lease_of(world, age=TAKEN_OVER)
    if how == "cancelled":
        cancel(world)
    else:
        world.pass_time(TAKEN_OVER)
    if how == "taken over":
        claim(world, "another")
    with pytest.raises(ClaimLost):
        lease.before_request()
    # For good: what was lost may be claimed by the next worker at any time.
    with pytest.raises(ClaimLost):
        lease.before_request()


def test_a_worker_that_lost_its_claim_changes_nothing(world: EngineWorld) -> None:
    def perform(effect: Effect, surroundings: Surroundings) -> Any:
        if isinstance(effect, CloseIssue) and world.outside.asked.count(effect) == 1:
            lost: Any = surroundings.before_request
            lost.__self__.since -= TAKEN_OVER
            world.pass_time(TAKEN_OVER)
            surroundings.before_request()
        return None

    world.outside.perform = perform
    world.outside.already_applied = lambda *_: NotApplied()
    world.emit(CloseIssue())
    world.carry()
    assert world.parked() == 0
    assert world.error_of("effects", 1) is None


def test_an_effect_costs_one_transaction(world: EngineWorld) -> None:
    began: list[object] = []

    world.emit(CloseIssue(), MERGE)
    world.put(due_at=None)
    real = world.database.write

    def write() -> Any:
        began.append(1)
        return real()

    world.database.write = write  # type: ignore[method-assign] # counts
    try:
        world.outside.perform = lambda effect, _: MERGED if effect == MERGE else None
        world.carry()
    finally:
        del world.database.write
    performed = len(world.outside.asked)
    assert performed >= 4
    # One to claim the first, one for each, and one mark.
    assert len(began) == 1 + performed + 1


def test_a_claim_is_kept_while_a_slow_request_is_under_way(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEW_EVERY", 0.01)
    world.emit(MERGE)
    claimed, turn = claim(world), threading.Event()
    lease = Lease(world.database, claimed, time.monotonic())
    with lease.kept():
        for _ in range(3):
            world.pass_time(CLAIM_SECONDS / 2)
            since = lease.since
            while lease.since == since:
                turn.wait(0.01)
    assert not lease.is_lost
    world.pass_time(TAKEN_OVER)
    with lease.kept():
        while not lease.is_lost:
            turn.wait(0.01)


def test_a_question_that_takes_minutes_keeps_one_worker_only(world: EngineWorld) -> None:
    other, question = world_of(world.database, issue=2), AskPlan(plan="one", attempt=1)

    def meanwhile(effect: Effect, _surroundings: object) -> None:
        if effect == question:
            assert not other.is_due()
            other.carry()
            assert other.outside.asked == []
            other.emit(MERGE)
            assert other.is_due()
            other.carry()
            assert MERGE in other.outside.asked

    world.outside.perform = meanwhile
    world.emit(question)
    other.emit(AskPlan(plan="two", attempt=1))
    world.carry()
    assert question in world.outside.asked
    assert other.is_due()
    other.carry()
    assert AskPlan(plan="two", attempt=1) in other.outside.asked


def test_a_question_whose_worker_died_holds_up_no_other(world: EngineWorld) -> None:
    other, question = world_of(world.database, issue=2), AskPlan(plan="two", attempt=1)
    world.emit(AskPlan(plan="one", attempt=1))
    claim(world)
    other.emit(question)
    assert not other.is_due()
    world.pass_time(TAKEN_OVER)
    other.carry()
    assert question in other.outside.asked
