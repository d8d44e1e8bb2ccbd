"""Databases of the release before, stopped wherever it could be, are upgraded and end well.

Each stop's story comes to the very end that it had without the upgrade: nothing is launched,
merged or said twice, no box is left open, nothing is left to be done.
"""

import hashlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.databases import Kind
from tests.fakes import Fakes, fakes
from tests.upgrades.journal import Journal, Stop
from tests.upgrades.play import comparable, is_tidier, play_on
from tests.upgrades.record import DATA
from tests.upgrades.stories import STORIES

FILES = {f"{path.parent.name}/{path.name.partition('.')[0]}": path for path in DATA.rglob("*.xz")}
WHOLE = "happy"
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
ALL = os.environ.get("UPGRADES") == "all"
# A launch that may have left is given up as lost; where there are no retries, the task then fails,
# with an upgrade or without.
NO_RETRIES = ("no-retries-left", "before POST /v0/agents")
# The longest tests, in parts that can run at the same time.
PARTS = 4


@dataclass(frozen=True)
class Sample:
    """One in so many stops: of the telling ones on each kind of database, and of the whole story.

    It is the same ones each time.
    """

    sqlite: int
    postgresql: int
    whole: int

    def has(self, kind: Kind, recording: str, number: int, stop: Stop) -> bool:
        """Whether the story is stopped there."""
        rates = [getattr(self, kind)] if stop.telling else []
        if _is_whole(kind, recording):
            rates.append(self.whole)
        if (recording.rpartition("/")[2], stop.where) == NO_RETRIES:
            return False
        chance = int.from_bytes(hashlib.sha256(f"{kind} {recording} {number}".encode()).digest())
        return ALL or any(chance % rate == 0 for rate in rates)


QUICK = Sample(sqlite=6, postgresql=16, whole=9)
THOROUGH = Sample(sqlite=1, postgresql=3, whole=2)


def cases() -> Iterator[tuple[Kind, str, int, int]]:
    """Kinds of database and recordings, with a part of so many."""
    for kind, recording in itertools.product(KINDS, sorted(FILES)):
        parts = PARTS if _is_whole(kind, recording) or ALL else 1
        for part in range(parts):
            yield kind, recording, part, parts


def _is_whole(kind: Kind, recording: str) -> bool:
    return kind == "sqlite" and recording.endswith(f"/{WHOLE}")


@pytest.fixture(scope="session")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fakes]:
    """The servers that all stories of this process share."""
    with fakes(tmp_path_factory.mktemp("valkey")) as found:
        yield found


@pytest.fixture
def sample(request: pytest.FixtureRequest) -> Sample:
    """How many stops there are to be."""
    return THOROUGH if request.config.getoption("thorough") else QUICK


@pytest.mark.parametrize(("kind", "recording", "part", "parts"), list(cases()))
def test_a_story_ends_as_without_the_upgrade(
    near: Fakes,
    tmp_path: Path,
    sample: Sample,
    kind: Kind,
    recording: str,
    part: int,
    parts: int,
) -> None:
    story = STORIES[recording.rpartition("/")[2]]
    journal = Journal.read(FILES[recording], near.github_url, near.cursor_url)
    for number, stop in enumerate(journal.stops):
        if number % parts != part or not sample.has(kind, recording, number, stop):
            continue
        directory = tmp_path / str(number)
        try:
            world = play_on(near, directory, kind, journal, story, stop)
            assert comparable(world) == comparable(journal.outcome)
            assert is_tidier(world, journal.outcome), (world, journal.outcome)
        except BaseException as error:
            error.add_note(f"stopped at stop {number}, {stop.where}")
            raise


def test_every_recorded_story_is_known() -> None:
    assert {name.rpartition("/")[2] for name in FILES} == STORIES.keys()
