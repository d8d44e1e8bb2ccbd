"""A planner that needs no model: the same question always has the same answer."""

import re
from collections.abc import Sequence
from typing import Any, Protocol

MAX_TITLE = 120
_FENCE = re.compile(r"^(`{5,})\n(.*?)\n\1$", re.M | re.S)
_MOST = re.compile(r"At most (\d+) tasks")
_BOX = re.compile(r"\s*(?:[-*+]|\d+[.)]) \[[ xX]\]")
_BULLET = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")


class Planner(Protocol):
    """Answers the messages of a chat with tasks, as the product's schema has them."""

    def __call__(self, messages: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Return the answer, to be sent as JSON."""


def sentences(messages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Make a task of each sentence of the issue's text, which stands in the first fence.

    Its title and its boxes are none. Each task follows the one before it.
    """
    system, user = (str(one["content"]) for one in messages[:2])
    fences = [found[2] for found in _FENCE.finditer(user)]
    most = _MOST.search(system)
    title, *lines = (fences[0] if fences else "Do what is asked").splitlines()
    text = "\n".join(_BULLET.sub("", line) for line in lines if not _BOX.match(line))
    orders = [" ".join(one.split()) for one in re.split(r"[.!?]\s+|\n\s*\n|\n", text)]
    orders = [one.rstrip(".")[:MAX_TITLE] for one in orders if len(one.split()) > 1]
    return {"tasks": numbered(*(orders or [f"Do this: {title}"])[: int(most[1]) if most else 20])}


def numbered(*titles: str, **facts: Any) -> list[dict[str, Any]]:
    """Return tasks of those titles, each after the one before it; `facts` hold for all."""
    return [
        {
            "title": title,
            "description": f"See the issue: {title}.",
            "acceptance": ["The tests pass."],
            "complexity": "medium",
            "after": [number - 1] if number > 1 else [],
            **facts,
        }
        for number, title in enumerate(titles, 1)
    ]
