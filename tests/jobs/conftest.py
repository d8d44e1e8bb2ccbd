"""A world for effects to be carried out upon."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import fresh_database
from tests.fakes import Fakes, fakes
from tests.jobs import executing


@pytest.fixture(scope="session")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fakes]:
    """The servers that all tests here share."""
    with fakes(tmp_path_factory.mktemp("valkey")) as found:
        yield found


@pytest.fixture
def world(near: Fakes, tmp_path: Path) -> Iterator[executing.World]:
    """A fresh one; what is asked of the database is tested on each kind of it elsewhere."""
    with (
        fresh_database("sqlite") as database,
        executing.world(near, database, tmp_path) as made,
    ):
        yield made
