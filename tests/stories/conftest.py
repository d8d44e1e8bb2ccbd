"""The stories' fixtures: one set of servers for all, a world for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.fakes import Fakes, fakes
from tests.harness import Story, run_story


@pytest.fixture(scope="session")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fakes]:
    """The servers that all stories of this process share."""
    with fakes(tmp_path_factory.mktemp("valkey")) as found:
        yield found


@pytest.fixture
def story(
    request: pytest.FixtureRequest, near: Fakes, database: Database, tmp_path: Path
) -> Iterator[Story]:
    """A fresh world; its fakes are reached over HTTP where the test is marked `over_http`."""
    over_http = request.node.get_closest_marker("over_http") is not None
    marked = request.node.get_closest_marker("environment")
    more = marked.kwargs if marked else {}
    with run_story(near, database, tmp_path, over_http=over_http, environment=more) as story:
        yield story


@pytest.fixture
def story_v1(near: Fakes, database: Database, tmp_path: Path) -> Iterator[Story]:
    """The same with Cursor's v1."""
    with run_story(near, database, tmp_path, version="v1") as story:
        yield story


@pytest.fixture
def planner(near: Fakes, database: Database, tmp_path: Path) -> Iterator[Story]:
    """A fresh world whose operator has a key for a language model."""
    with run_story(near, database, tmp_path, plans=True) as story:
        yield story
