"""Words by which a merge closes an issue ("Linking a pull request to an issue", GitHub docs)."""

import re

from bot.core.model.identifiers import RepositoryName

_KEYWORD = r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+"
_REPOSITORY = r"[\w.-]+/[\w.-]+"


def closes(text: str, repository: RepositoryName, issue: int) -> bool:
    """Whether merging a pull request with this text closes the issue."""
    return _naming(repository, issue).search(text) is not None


def without_closing(text: str, repository: RepositoryName, issue: int) -> str:
    """Return the text with `Refs` for each keyword that names the issue; all else stays."""
    return _referring(_naming(repository, issue), text)


def without_closing_any(text: str) -> str:
    """Return the text with `Refs` for each keyword that names an issue, of any repository."""
    return _referring(_ANY, text)


def _referring(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(r"Refs \g<issue>", text)


def _naming(repository: RepositoryName, issue: int) -> re.Pattern[str]:
    return _pattern(re.escape(str(repository)), str(issue))


def _pattern(name: str, number: str) -> re.Pattern[str]:
    link = rf"https?://[^\s/]+/{name}/issues/{number}"
    named = rf"(?:{name})?#{number}|GH-{number}|{link}"
    return re.compile(rf"{_KEYWORD}(?P<issue>(?:{named})(?!\d))", re.IGNORECASE)


_ANY = _pattern(_REPOSITORY, r"\d+")
