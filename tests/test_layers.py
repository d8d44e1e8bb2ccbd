"""What import-linter cannot express: purity, one reader of the environment, no package left out."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
USED_BY_ALL = {"bot.logs", "bot.outages", "bot.redaction", "bot.settings"}
# Standard, but they read a clock, chance or the world.
IMPURE = {"asyncio", "http", "io", "logging", "os", "pathlib", "random", "secrets", "socket"}
IMPURE |= {"sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib.request"}
ASKS_OUTSIDE = {"now", "utcnow", "today", "uuid1", "uuid4", "environ", "getenv"}
READS_ENVIRONMENT = {"bot/settings.py", "bot/cli/app.py"}


def files(*packages: str) -> Iterator[str]:
    for package in packages:
        yield from (str(path.relative_to(ROOT)) for path in sorted((ROOT / package).rglob("*.py")))


def imports(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def reaches(source: str) -> set[str]:
    """The functions a file calls, by their last name, and whether it touches the environment."""
    nodes = list(ast.walk(ast.parse(source)))
    calls = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return {call.rpartition(".")[2] for call in calls} | (attributes & {"environ"})


def impurities(source: str) -> set[str]:
    """What of a file is neither standard and pure, nor the Markdown parser, nor pure and ours."""
    allowed = sys.stdlib_module_names | {"markdown_it", "bot"}
    strange = {name for name in imports(source) if name.partition(".")[0] not in allowed}
    return strange | (imports(source) & IMPURE) | (reaches(source) & ASKS_OUTSIDE)


@pytest.mark.parametrize("path", [*files("bot/core", "bot/rendering")])
def test_decisions_and_words_are_pure(path: str) -> None:
    assert impurities((ROOT / path).read_text()) == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import json, markdown_it", set()),
        ("from urllib.parse import quote", set()),
        ("from urllib import request", {"urllib.request"}),
        ("import yaml", {"yaml"}),
        ("from datetime import datetime; datetime.now()", {"now"}),
        ("def f():\n    import time", {"time"}),
        ("def f(now): now()", {"now"}),
        ("def f(turn): return turn.now", set()),
    ],
)
def test_what_is_not_pure_is_found(source: str, found: set[str]) -> None:
    assert impurities(source) == found


@pytest.mark.parametrize("path", sorted({*files("bot", "jobs", "storage")} - READS_ENVIRONMENT))
def test_the_environment_is_read_once(path: str) -> None:
    assert not reaches((ROOT / path).read_text()) & {"environ", "getenv"}


def test_every_package_has_its_layer() -> None:
    [packages] = [contract for contract in CONTRACTS if contract["id"] == "packages"]
    layered = {name for layer in packages["layers"] for name in layer.split() if name not in "|:"}
    children = [path for package in ("bot", "jobs") for path in (ROOT / package).iterdir()]
    modules = {
        f"{path.parent.name}.{path.stem}"
        for path in children
        if path.stem not in ("__init__", "__pycache__") and (path.suffix == ".py" or path.is_dir())
    }
    assert modules - USED_BY_ALL <= {name.strip("()") for name in layered}
