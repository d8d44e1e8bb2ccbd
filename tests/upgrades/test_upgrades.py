"""Databases of the release before, stopped wherever it could be, are upgraded and end well.

Each stop's story comes to the very end that it had without the upgrade: nothing is launched,
merged or said twice, no box is left open, nothing is left to be done.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Kind
from tests.neighbours import Neighbours, neighbours
from tests.upgrades.journal import Journal, Stop
from tests.upgrades.play import play_on
from tests.upgrades.record import DATA
from tests.upgrades.stories import STORIES

FILES = {f"{path.parent.name}/{path.name.partition('.')[0]}": path for path in DATA.rglob("*.xz")}
WHOLE = "happy"
THOROUGH = os.environ.get("UPGRADES", "")


@pytest.fixture(scope="session")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """The servers that all stories of this process share."""
    with neighbours(tmp_path_factory.mktemp("valkey")) as found:
        yield found


@pytest.mark.parametrize("recording", sorted(FILES))
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_story_ends_as_without_the_upgrade(
    near: Neighbours, tmp_path: Path, kind: Kind, recording: str
) -> None:
    name = recording.rpartition("/")[2]
    journal = Journal.read(FILES[recording], near.github_url, near.cursor_url)
    for number, stop in enumerate(journal.stops):
        if not _is_chosen(kind, name, number, stop):
            continue
        directory = tmp_path / str(number)
        try:
            assert play_on(near, directory, kind, journal, STORIES[name], stop) == journal.outcome
        except BaseException as error:
            error.add_note(f"stopped at stop {number}, {stop.where}")
            raise


def _is_chosen(kind: Kind, name: str, number: int, stop: Stop) -> bool:
    """All of the happy path on SQLite, and of the rest the same few each time."""
    if THOROUGH == "all" or (name == WHOLE and kind == "sqlite"):
        return True
    if THOROUGH == "telling":
        return stop.telling
    chance = hashlib.sha256(f"{name} {number}".encode()).digest()[0]
    return stop.telling and chance % 9 in ((0,) if kind == "postgresql" else (3, 6))


def test_every_recorded_story_is_known() -> None:
    assert {name.rpartition("/")[2] for name in FILES} == STORIES.keys()
