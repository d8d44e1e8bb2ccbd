"""The stories' fixtures: one set of servers for all, a world for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.harness import Story, run_story
from tests.neighbours import Neighbours, neighbours


@pytest.fixture(scope="session")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """The servers that all stories of this process share."""
    with neighbours(tmp_path_factory.mktemp("valkey")) as found:
        yield found


@pytest.fixture
def story(near: Neighbours, database: Database, tmp_path: Path) -> Iterator[Story]:
    """A fresh world on each kind of database."""
    with run_story(near, database, tmp_path) as story:
        yield story


@pytest.fixture
def story_v1(near: Neighbours, database: Database, tmp_path: Path) -> Iterator[Story]:
    """The same with Cursor's v1."""
    with run_story(near, database, tmp_path, version="v1") as story:
        yield story
