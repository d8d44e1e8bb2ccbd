"""What agents and people write into the demo's repository."""

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
# What a person writes where the agent writes COLOUR, and the two together.
DESCRIBED = '''"""Widgets."""

from dataclasses import dataclass


@dataclass
class Widget:
    """A thing with a name, to be bolted to other things."""

    name: str
'''
BOTH = DESCRIBED + '    colour: str = "grey"\n'
# What the check does not let pass, and its words.
WRONG = COLOUR.replace('str = "grey"', "str = GREY")
LOG_END = "NameError: name 'GREY' is not defined"
LOG = f"""Run python -m pytest
collecting ...
test_widgets.py:1: in <module>
    from widgets import Widget
widgets.py:11: in Widget
    colour: str = GREY
{LOG_END}
Error: Process completed with exit code 2.
"""
ANNOTATION = {
    "path": "widgets.py",
    "start_line": 11,
    "end_line": 11,
    "annotation_level": "failure",
    "message": LOG_END,
}
# What a reviewer asks for, and gets.
REQUEST = "Please say which colours there are."
EXPLAINED = COLOUR.replace("a colour.", "a colour, a word that CSS knows.")
