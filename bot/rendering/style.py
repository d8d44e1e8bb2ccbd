"""How values stand within a sentence: in Markdown, or in the plain text of a log line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.text.sanitize import one_line
from bot.rendering.escape import code, cut, inline, link
from bot.rendering.words import capital, joined

_MAX_QUOTE = 300
_MAX_NAMED = 5
_MAX_NAME = 60


@dataclass(frozen=True, kw_only=True)
class Style:
    """Ways to write what people named: as text, as code, and as a link to an address."""

    text: Callable[[str], str]
    code: Callable[[str], str]
    link: Callable[[str, str], str]

    def quote(self, words: str | None) -> str:
        """Return somebody's words in quotation marks, without their full stop."""
        return f"“{self.text(cut(one_line(words or '').rstrip('.'), _MAX_QUOTE))}”"

    def saying(self, words: str | None) -> str:
        """Return `: “…”` to follow what was refused, nothing where no reason was given."""
        return f": {self.quote(words)}" if words else ""

    def person(self, login: str) -> str:
        """Return `@login`, which notifies nobody."""
        return self.text(f"@{login}")

    def people(self, logins: Sequence[str]) -> str:
        """Return `@ada and @acme/leads`."""
        return _some([self.person(cut(login, _MAX_NAME)) for login in logins]) or "somebody"

    def checks(self, names: Sequence[str], pages: Sequence[tuple[str, str]] = ()) -> str:
        """Return `check “test”` or `checks “lint” and “test”`, linked to their pages."""
        addresses = dict(pages)
        shown = [self._check(cut(name, _MAX_NAME), addresses.get(name)) for name in names]
        what = "check" if len(names) == 1 else "checks"
        return f"{what} {_some(shown)}" if shown else "a check"

    def codes(self, words: Sequence[str]) -> list[str]:
        """Return the words as code, as many as can be read."""
        return [self.code(cut(word, _MAX_NAME)) for word in words[:_MAX_NAMED]]

    def _check(self, name: str, url: str | None) -> str:
        return self.link(name, url) if url else f"“{self.text(name)}”"


def _some(words: Sequence[str]) -> str:
    """Return the words, as many as can be read, and how many more there are."""
    surplus = len(words) - _MAX_NAMED
    return joined([*words[:_MAX_NAMED], f"{surplus} more"] if surplus > 0 else words)


MARKDOWN = Style(text=inline, code=code, link=link)
PLAIN = Style(text=one_line, code=one_line, link=lambda name, _: f"“{one_line(name)}”")


def sentence(template: str, words: Mapping[str, str]) -> str:
    """Fill in the template, and begin with a capital letter."""
    return capital(template.format_map(words))
