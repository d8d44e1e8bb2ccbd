"""Each story is run once to count its boundaries, then with the worker killed at them: at one, or
at one after another. Wherever it is, the outcome is the same, and nothing was done twice.

`make test` takes a seeded sample of the boundaries, `make test FULL=1` all of them.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from bot.core.effects import EFFECT_KINDS
from storage.effects import CLAIM_SECONDS
from storage.tables import effects
from tests.crashes import Boundaries, watched
from tests.databases import Kind, fresh_database
from tests.fakes import Fakes
from tests.harness import REST_SECONDS, Story, run_story
from tests.stories.crash_scenarios import SCENARIOS
from tests.stories.crash_scenarios.common import CrashScenario

WHOLE = ("happy", "cancel")
SEGMENTS = tuple(name for name in SCENARIOS if name not in WHOLE)
PARTS = 2
MAX_CLAIMS = 10
SEED = 1
SAMPLE = 1  # ways to die of a part, or of a segment

T = TypeVar("T")


class Sample(Protocol):
    """Takes some of the ways to die."""

    def __call__(self, ways: Sequence[T], /) -> Sequence[T]: ...


@pytest.fixture
def sample(request: pytest.FixtureRequest) -> Sample:
    """Take some ways to die, others for each test; all of them in a thorough run."""
    if request.config.getoption("thorough"):
        return lambda ways: ways
    chosen = random.Random(f"{SEED} {request.node.name}")
    return lambda ways: chosen.sample(ways, min(SAMPLE, len(ways)))


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_worker_may_die_anywhere(
    near: Fakes, tmp_path: Path, sample: Sample, kind: Kind, name: str, part: int
) -> None:
    counted = _counted(near, tmp_path, kind, name)
    # What lies around the other boundaries does not depend on the kind of database.
    points = counted.distinct() if kind == "sqlite" else list(counted.unstored_answers())
    assert len(points) > 3, "the boundaries are not seen"
    for fatal in sample(points[part::PARTS]):
        _killed(near, tmp_path / str(fatal), kind, name, Boundaries(fatal))


@pytest.fixture(scope="session")
def lost_in_happy(near: Fakes, tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """What is lost on the happy path, where the worker is killed at every boundary."""
    counted = _counted(near, tmp_path_factory.mktemp("happy"), "sqlite", "happy")
    return frozenset(counted.unstored_answers().values())


@pytest.mark.parametrize("name", SEGMENTS)
def test_an_answer_may_be_lost_or_the_worker_die_again_and_again(
    near: Fakes, tmp_path: Path, sample: Sample, name: str, lost_in_happy: frozenset[str]
) -> None:
    counted = _counted(near, tmp_path, "sqlite", name)
    answers = counted.unstored_answers()
    points = [fatal for fatal, lost in answers.items() if lost not in lost_in_happy]
    assert points, "this scenario adds nothing"
    deaths = [Boundaries(fatal) for fatal in points] + [Boundaries(deaths=counted.names())]
    for number, boundaries in enumerate(sample(deaths)):
        _killed(near, tmp_path / str(number), "sqlite", name, boundaries)


def test_every_kind_of_effect_is_performed_in_danger() -> None:
    performed = {kind for scenario in SCENARIOS.values() for kind in scenario.performs.split()}
    assert performed == EFFECT_KINDS.keys()


def _counted(near: Fakes, directory: Path, kind: Kind, name: str) -> Boundaries:
    """The boundaries of an undisturbed story."""
    boundaries = Boundaries()
    with _played(near, directory / "count", kind, SCENARIOS[name], boundaries) as performed:
        assert set(SCENARIOS[name].performs.split()) <= performed
    return boundaries


def _killed(near: Fakes, directory: Path, kind: Kind, name: str, boundaries: Boundaries) -> None:
    try:
        with _played(near, directory, kind, SCENARIOS[name], boundaries):
            pass
    except BaseException as error:
        fatal = boundaries.fatal or 0
        error.add_note(f"killed at boundary {fatal}, {boundaries.passed[fatal - 1 : fatal]}")
        raise


@contextmanager
def _played(
    near: Fakes, directory: Path, kind: Kind, scenario: CrashScenario, boundaries: Boundaries
) -> Iterator[set[str]]:
    """Play it; gives the kinds of effect that were performed in scenario."""
    with (
        fresh_database(kind) as database,
        run_story(near, database, directory, plans=scenario.plans) as story,
    ):
        scenario.before(story)
        since = _now(story)
        with watched(story, boundaries):
            scenario.play(story)
            # A dead worker's claims have to run out before another one takes over, at each death.
            for _ in range(MAX_CLAIMS):
                story.wait(CLAIM_SECONDS + REST_SECONDS)
                if not story.leftovers():
                    break
        scenario.audit(story)
        yield _performed(story, since)


def _now(story: Story) -> datetime:
    with story.services.database.read() as connection:
        return story.services.database.now(connection)


def _performed(story: Story, since: datetime) -> set[str]:
    # One that was wanted once more, and then was not, has been done all the same.
    query = effects.select().where(effects.c.done_at >= since)
    with story.services.database.read() as connection:
        return {row.kind for row in connection.execute(query)}
