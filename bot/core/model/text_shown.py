"""Since when people can read what the progress comment says of the issue's text."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class TextShown:
    """`digest` tells what is said from anything else, `at` is since when it has stood there."""

    digest: str
    at: datetime
