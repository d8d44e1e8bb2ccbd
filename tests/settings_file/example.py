"""The commented example of docs/settings.md, which tests take apart."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/settings.md"


def example() -> str:
    """The first YAML block of the page."""
    [block, *_] = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(), re.M | re.S)
    return str(block)
