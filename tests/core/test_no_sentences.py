"""The core has kinds and parameters, never sentences; and it knows no provider by name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.core

CORE = Path(bot.core.__file__).parent
MODULES = sorted(CORE.rglob("*.py"))
MAX_WORDS = 2
COMMAND_LINES = ("usage", "example")


def name_of(path: Path) -> str:
    return str(path.relative_to(CORE))


def is_for_programmers(node: ast.AST) -> bool:
    """Whether its strings are docstrings, errors, or how a command is written."""
    if isinstance(node, ast.AnnAssign | ast.Assign):
        return ast.unparse(node).startswith(COMMAND_LINES)
    return isinstance(node, ast.Raise | ast.Assert) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def sentences(source: str) -> Iterator[str]:
    """Yield the string constants of three or more words."""
    return _sentences(ast.parse(source))


def _sentences(node: ast.AST) -> Iterator[str]:
    if is_for_programmers(node):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        words = [word for word in node.value.split() if word.strip(".,:;!?").isalpha()]
        if len(words) > MAX_WORDS:
            yield node.value
    for child in ast.iter_child_nodes(node):
        yield from _sentences(child)


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.relative_to(CORE).parts[0] != "prompts"],
    ids=name_of,
)
def test_no_sentence_in_the_core(path: Path) -> None:
    assert list(sentences(path.read_text())) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_core_names_no_provider(path: Path) -> None:
    assert "cursor" not in path.read_text().lower()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('"""A docstring of many words."""', []),
        ('def f():\n    """Do one more thing."""\n    raise ValueError("not a task number")', []),
        ('usage: ClassVar[str] = "skip N or more"', []),
        ('why = "the task has failed"', ["the task has failed"]),
        ('why = f"the task {n} has failed since {m}"', ["has failed since"]),
        ('call("two words")', []),
    ],
)
def test_what_counts_as_a_sentence(source: str, found: list[str]) -> None:
    assert [one.strip() for one in sentences(source)] == found
