import gc

import pytest

pytest.register_assert_rewrite("tests.harness")

from hypothesis import settings  # noqa: E402

from tests.databases import database  # noqa: E402

__all__ = ["database"]

# Busy cores make single examples slow; the suite has no timed tests.
settings.register_profile("orchestra", deadline=None)
settings.load_profile("orchestra")


def pytest_collection_finish() -> None:
    """What is imported stays: to look through it again and again takes a twentieth of the time."""
    gc.collect()
    gc.freeze()
