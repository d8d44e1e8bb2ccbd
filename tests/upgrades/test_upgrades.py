"""Databases of the release before, stopped wherever it could be, are upgraded and end well.

Each stop's story comes to the very end that it had without the upgrade: nothing is launched,
merged or said twice, no box is left open, nothing is left to be done.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Kind
from tests.neighbours import Neighbours, neighbours
from tests.upgrades.journal import Journal, Stop
from tests.upgrades.play import play_on
from tests.upgrades.record import DATA
from tests.upgrades.stories import STORIES

RELEASE = "e65a946"
FILES = sorted((DATA / RELEASE).glob("*.jsonl.xz"))


@pytest.fixture(scope="session")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    with neighbours(tmp_path_factory.mktemp("valkey")) as found:
        yield found


def chosen(journal: Journal, name: str, part: int, of: int) -> list[Stop]:
    """One in `of` of the stops, the same ones each time."""
    digests = [hashlib.sha256(f"{name} {n}".encode()).digest() for n in range(len(journal.stops))]
    return [stop for stop, digest in zip(journal.stops, digests) if digest[0] % of == part]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.partition(".")[0])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_story_ends_as_without_the_upgrade(near: Neighbours, tmp_path: Path, kind: Kind, path: Path) -> None:
    name = path.name.partition(".")[0]
    journal = Journal.read(path, near.github_url, near.cursor_url)
    for stop in journal.stops:
        directory = tmp_path / str(journal.lines.index(stop))
        assert play_on(near, directory, kind, journal, STORIES[name], stop) == journal.outcome, stop.where
