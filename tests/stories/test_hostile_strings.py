"""Whatever people, agents and CI write, nothing raises, nothing is lost, and the epic can be ended.

This is about a thousand strings, always the same; `make fuzz` sends as many as are asked for.
"""

from pathlib import Path

import pytest

from tests.databases import Kind
from tests.fakes import Fakes
from tests.hostile.play import play


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_no_string_stops_an_epic_or_is_stored_with_what_is_no_character(
    near: Fakes, tmp_path: Path, seed: int
) -> None:
    kind: Kind = "sqlite" if seed % 2 else "postgresql"
    assert play(near, tmp_path, kind, seed) > 100
