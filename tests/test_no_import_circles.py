"""No file imports itself by way of others, at run time or for its types."""

import ast
import graphlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "jobs", "storage", "sandbox")


def modules() -> dict[str, ast.Module]:
    """Every module of the product by its dotted name, parsed."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): (
            ast.parse(path.read_text())
        )
        for path in paths
    }


def imports(tree: ast.Module, known: dict[str, ast.Module]) -> set[str]:
    """The known modules that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in known else node.module)
    return found & known.keys()


def test_there_is_no_import_circle() -> None:
    known = modules()
    graph = {name: imports(tree, known) - {name} for name, tree in known.items()}
    graphlib.TopologicalSorter(graph).prepare()


def test_a_circle_would_be_found() -> None:
    known = {"a": ast.parse("from b import x"), "b": ast.parse("def f():\n    import a")}
    graph = {name: imports(tree, known) for name, tree in known.items()}
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter(graph).prepare()
