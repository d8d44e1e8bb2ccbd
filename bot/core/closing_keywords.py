"""Words by which a merge closes an issue ("Linking a pull request to an issue", GitHub docs)."""

import re

from bot.core.identifiers import RepositoryName

_KEYWORD = r"\b(?P<word>close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?P<between>:?\s+)"


def closes(text: str, repository: RepositoryName, issue: int) -> bool:
    """Whether merging a pull request with this text closes the issue."""
    return _pattern(repository, issue).search(text) is not None


def without_closing(text: str, repository: RepositoryName, issue: int) -> str:
    """The text with `Refs` for each keyword that names the issue; all else stays."""
    return _pattern(repository, issue).sub(r"Refs \g<issue>", text)


def _pattern(repository: RepositoryName, issue: int) -> re.Pattern[str]:
    name = re.escape(str(repository))
    link = rf"https?://[^\s/]+/{name}/issues/{issue}"
    named = rf"(?:{name})?#{issue}|GH-{issue}|{link}"
    return re.compile(rf"{_KEYWORD}(?P<issue>(?:{named})(?!\d))", re.IGNORECASE)
