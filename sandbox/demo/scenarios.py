"""What the demo can show: an issue, and how agents and checks behave while it is worked on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BODY = """Widgets are all grey. Let people choose.

- [ ] Give widgets a colour
  A widget without one stays grey.
- [ ] Paint widgets
- [ ] Describe colours in the README
"""
COLOUR = '''"""Widgets."""

from dataclasses import dataclass


@dataclass
class Widget:
    """A thing with a name and a colour."""

    name: str
    colour: str = "grey"
'''
PAINT = '''

def paint(widget: Widget, colour: str) -> Widget:
    """The same widget in another colour."""
    return Widget(widget.name, colour)
'''
README = """# Widgets

Small things that are painted and counted. A widget is grey until somebody paints it:

    paint(Widget("bolt"), "red")
"""


@dataclass(frozen=True)
class Scenario:
    """`plans` go to the Cursor stand-in in this order, `checks` and `rules` to GitHub's.

    `ends` is the word in the progress comment's heading that means success.
    """

    summary: str
    title: str
    body: str
    plans: tuple[Mapping[str, Any], ...]
    checks: Mapping[str, Any] = field(default_factory=lambda: {"test": {"after": 0.5}})
    rules: Mapping[str, Any] = field(
        default_factory=lambda: {"main": {"required_checks": ["test"]}}
    )
    ends: str = "done"


def _agent(title: str, **script: Any) -> dict[str, Any]:
    quick = {"seconds_to_running": 0.3, "seconds_to_end": 1.5, "pull_request_title": title}
    return {"match": title, "script": {**quick, **script}}


SCENARIOS = {
    "happy": Scenario(
        summary="three tasks, one after another; the second one's first agent fails",
        title="Colourful widgets",
        body=BODY,
        plans=(
            _agent("Give widgets a colour", commits=[{"widgets.py": COLOUR}]),
            _agent("Paint widgets", outcome="ERROR", summary="The machine ran out of memory."),
            _agent("Paint widgets", commits=[{"widgets.py": COLOUR + PAINT}]),
            _agent("Describe colours in the README", commits=[{"README.md": README}]),
        ),
    ),
}
