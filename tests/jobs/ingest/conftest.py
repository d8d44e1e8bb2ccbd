"""Events are routed on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.fakes import Fakes
from tests.jobs.arrivals import Arrivals, arrivals


@pytest.fixture
def world(near: Fakes, database: Database, tmp_path: Path) -> Iterator[Arrivals]:
    with arrivals(near, database, tmp_path) as made:
        yield made
