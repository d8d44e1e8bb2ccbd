"""A wrong answer to any request, once or three times in a row, keeps no epic from its end.

This is a tenth of the stories about the first request of each kind, always the same; `make faults`
plays all of them.
"""

from pathlib import Path

import pytest

from tests.fakes import Fakes
from tests.faults.play import play
from tests.faults.requests import FaultStory, fault_stories

ONE_IN = 10
PARTS = 6


@pytest.fixture(scope="session")
def sample(near: Fakes, tmp_path_factory: pytest.TempPathFactory) -> list[FaultStory]:
    """The stories played here."""
    directory = tmp_path_factory.mktemp("requests")
    return [one for one in fault_stories(near, directory) if one.is_of_sample(ONE_IN)]


@pytest.mark.parametrize("part", range(PARTS))
def test_an_epic_ends_well_whatever_is_answered(
    near: Fakes, sample: list[FaultStory], tmp_path: Path, part: int
) -> None:
    mine = sample[part::PARTS]
    assert mine
    for number, story in enumerate(mine):
        try:
            play(near, tmp_path / str(number), "sqlite", story)
        except BaseException as error:
            error.add_note(story.name)
            raise
