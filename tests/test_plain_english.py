"""Everything that people read is in plain English: texts, docstrings, pages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_ODD = re.compile(
    r"\b(anew|afresh|mend(s|ed|ing)?|goes on|seen through|looked after|brings home|made good"
    r"|for want of|nobody's|be it|moreover|is told|is waited for)\b",
    re.IGNORECASE,
)
_SOURCES = [
    path
    for package in ("bot", "jobs", "storage", "sandbox")
    for path in sorted((ROOT / package).rglob("*.py"))
]
_PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Lines of a page; of a module, its string constants, docstrings among them."""
    text = path.read_text()
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), 1)
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, " ".join(node.value.split())


@pytest.mark.parametrize("path", [*_SOURCES, *_PAGES], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_odd_words(path: Path) -> None:
    found = [(line, odd[0]) for line, text in _texts(path) for odd in _ODD.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("It begins anew.", "anew"),
        ("Mended by hand", "Mended"),
        ("The recommended one", None),
        ("nobody is asked", None),
        ("what the agent is told", "is told"),
    ],
)
def test_odd_words_are_found(text: str, odd: str | None) -> None:
    found = _ODD.search(text)
    assert (found and found[0]) == odd
