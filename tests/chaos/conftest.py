"""The sandbox and the product, as processes that all tests here share."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.demo.director import Director
from sandbox.demo.scenarios import TEST
from sandbox.demo.stage import Stage
from sandbox.standalone import REPOSITORY

# The same for all tests: the product remembers rules for a while.
CHECKS = {"test": {"after": 0.1}}
RULES = {"main": TEST}


@pytest.fixture(scope="package")
def stage() -> Iterator[Stage]:
    """Both, with two workers, one of which may be asked to stop."""
    with tempfile.TemporaryDirectory(prefix="s-") as name, Stage(Path(name)) as found:
        found.start_sandbox()
        director = Director(found.github_url, found.cursor_url, REPOSITORY)
        director.behave(checks=CHECKS, rules=RULES, plans=[])
        found.start_bot(program=("tests.chaos.standing", str(found.clock_file)))
        yield found
