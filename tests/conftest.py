import gc

import pytest

pytest.register_assert_rewrite("tests.harness")

from hypothesis import settings  # noqa: E402

from tests.databases import database, kinds_for  # noqa: E402

__all__ = ["database"]

# Busy cores make single examples slow; the suite has no timed tests.
settings.register_profile("orchestra", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=150)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--thorough",
        action="store_true",
        help="stories on both databases, and many examples of each property",
    )


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("thorough" if config.getoption("thorough") else "orchestra")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses a database on the kinds that it has to hold for."""
    marks = metafunc.definition.iter_markers("parametrize")
    if "database" in metafunc.fixturenames and not any("database" in one.args[0] for one in marks):
        path = metafunc.definition.nodeid.partition("::")[0]
        both = metafunc.config.getoption("thorough") or any(
            metafunc.definition.iter_markers("both_databases")
        )
        kinds = kinds_for(path, metafunc.function.__name__, both=both)
        metafunc.parametrize("database", kinds, indirect=True)


def pytest_collection_finish() -> None:
    """What is imported stays: to look through it again and again takes a twentieth of the time."""
    gc.collect()
    gc.freeze()
