"""In which order rows are read for, and what is done in between."""

import pytest

from bot.core.effects import Effect, LaunchAgent, MergePullRequest, StopAgent, Urgency
from bot.core.events import CommandGiven, Enrichment
from bot.core.model.identifiers import EpicStatus, Login
from jobs.engine.enrich import CLAIM
from jobs.engine.interfaces import Result, Surroundings
from storage import effects, inbox
from storage.database import Database
from storage.inbox import InboxRow
from tests.core.effects.samples import sample
from tests.jobs.engine.scripted import ADA, ALLOWED, EngineWorld, world_of

MALLORY = Login("mallory")


@pytest.fixture
def world(database: Database) -> EngineWorld:
    return world_of(database)


@pytest.mark.parametrize("by_ada_before", [0, 3])
def test_no_number_of_stops_delays_somebody_elses(world: EngineWorld, by_ada_before: int) -> None:
    happened: list[str] = []

    def read(row: InboxRow) -> Enrichment:
        assert isinstance(row.event, CommandGiven)
        happened.append(row.event.by)
        return ALLOWED if row.event.by == ADA else Enrichment(permission="read")

    def perform(effect: Effect, _surroundings: Surroundings) -> Result:
        happened.append(type(effect).__name__)
        return None

    world.outside.read, world.outside.perform = read, perform
    for _ in range(by_ada_before):
        world.command("status")
    world.carry()
    happened.clear()
    for number in range(30):
        world.tell(
            CommandGiven(comment_id=9000 + number, line=1, text="/orchestra cancel", by=MALLORY)
        )
    world.command("cancel")
    world.carry()
    assert world.epic().status is EpicStatus.CANCELLED
    # One of hers for each command that Ada gave lately, and none before what the cancel led to.
    before = happened.index(ADA)
    assert before <= by_ada_before + 1
    assert happened[before + 1] == StopAgent.__name__
    assert happened.count(MALLORY) == 30


@pytest.mark.parametrize("kind", [MergePullRequest, LaunchAgent])
def test_nothing_is_begun_while_another_worker_reads_a_stop(
    world: EngineWorld, kind: type[Effect]
) -> None:
    world.emit(sample(kind))
    world.command("cancel")
    with world.database.write() as connection:
        now = world.database.now(connection)
        assert inbox.claim_enrichment(connection, world.epic_id, now, now + CLAIM) is not None
        assert effects.claim(connection, world.epic_id, "token", now, Urgency.REPORT) is None
    world.pass_time(2 * CLAIM.total_seconds())
    world.carry()
    assert world.states()[sample(kind).key] == "cancelled"
