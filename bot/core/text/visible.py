"""What GitHub's page shows of a Markdown text: all that an agent is given of it.

An allow-list: a line or a construct that the parser does not hand out as shown is left out. Where
the page cannot be told, less is kept.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from markdown_it.token import Token

from bot.core.text.fences import language, shown_of_fence
from bot.core.text.html_text import Elements
from bot.core.text.inline_spans import BLOCKS, may_hide, spans_of
from bot.core.text.sanitize import readable
from bot.core.text.tables import FOOTNOTE, is_doubtful

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")
# Nothing is given back once it is taken: strangers choose how long a line is.
_RULER = re.compile(r"[ \t>]*+(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]++)*+[-=*_ \t]*+")
_TABLE_RULER = re.compile(r"[ \t>|:-]*")
_ROW_START = re.compile(r"[ \t>]*(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]+)?")
_FENCE = re.compile(r".*?(?:`{3,}|~{3,})")
# Versions of CommonMark differ in what these begin; nothing up to the next empty line is taken.
_OTHERWISE_READ = re.compile(r"[ \t]{0,3}(?:</?(?i:search|source|textarea)(?=[\s/>]|$)|<![a-z])")
# GitHub's reader takes them for white space, which ends and begins things in Markdown.
_ODD_SPACE = re.compile(r"[\v\f]")
# More links, tags or formulas than people write take longer to read than a decision may.
_MAX_MARKS = 2_000
_MARKS = re.compile(r"[\[<&$]")

# Stands for a line, or a part of one, that is not shown.
_NOTHING = "\ue001"


def visible(text: str) -> str:
    """Return what the page shows of `text`, itself Markdown, without invisible characters."""
    return readable("".join(visible_lines(text)))


@lru_cache(maxsize=8)
def visible_lines(text: str) -> tuple[str, ...]:
    """Return what the page shows of each of Markdown's lines, their ends kept; "" for nothing.

    What is kept stands as it was written, but links come without titles and by their address,
    tags without attributes, pictures without the text that stands for them.
    """
    source = [line for line in _LINE.findall(text) if line]
    return tuple(_Page(source, text).lines())


@lru_cache(maxsize=8)
def parse_blocks(text: str) -> tuple[Sequence[Token], dict[str, Any]]:
    """Return the text's blocks, what stands in them unread, and the link references it defines."""
    env: dict[str, Any] = {}
    return BLOCKS.parse(text, env), env


class _Page:
    """One text being read; `shown` has the lines that some token shows."""

    def __init__(self, source: Sequence[str], text: str) -> None:
        self.source = source
        self.shown: dict[int, str] = {}
        self.untold: set[int] = set()
        self.elements = Elements()
        self.marks = 0
        self.end = len(source)
        self.tokens, self.env = parse_blocks(text)
        self.footnotes = _after_footnotes(self.env)

    def lines(self) -> Iterator[str]:
        """Yield each line as it is shown."""
        in_cell = False
        for index, token in enumerate(self.tokens):
            if token.map is not None and token.map[0] < self.end and not in_cell:
                self._read(token, index)
            in_cell = token.type == "td_open"
        for number, line in enumerate(self.source):
            yield self._line(number, line)

    def _read(self, token: Token, index: int) -> None:
        if token.type == "inline" and not self._is_footnote(token):
            self._inline(token)
        elif token.type == "tr_open":
            self._row(token, index)
        elif token.type == "fence" or (
            # What is indented under a footnote belongs to it.
            token.type == "code_block" and not self._is_under_footnote(token)
        ):
            self._code(token)
        elif token.type == "html_block":
            self._html(token)
        elif token.type in ("hr", "table_open", "heading_open"):
            self._rulers(token)

    def _is_footnote(self, token: Token) -> bool:
        assert token.map is not None
        if token.map[0] in self.footnotes or FOOTNOTE.match(token.content):
            self.footnotes.add(token.map[1])
            return True
        return False

    def _is_under_footnote(self, token: Token) -> bool:
        assert token.map is not None
        number = token.map[0]
        while number > 0 and not self.source[number - 1].strip():
            number -= 1
        return number in self.footnotes

    def _line(self, number: int, line: str) -> str:
        if number in self.untold:
            return ""
        if number in self.shown:
            return self.shown[number] + line[len(line.rstrip("\r\n")) :]
        return line if not line.strip() and number < self.end else ""

    def _inline(self, token: Token) -> None:
        assert token.map is not None
        first, last = token.map
        contents = token.content.split("\n")
        for offset, content in enumerate(contents):
            if _OTHERWISE_READ.match(content):
                self._leave_out(first + offset)
        if _ODD_SPACE.search(token.content) or is_doubtful(contents):
            return
        text, is_open = self._reduced(token.content, self.elements)
        for number, (content, shown) in enumerate(
            zip(contents, text.split("\n"), strict=True), first
        ):
            if FOOTNOTE.match(content):
                # It interrupts the paragraph, and what follows belongs to it.
                break
            if shown != _NOTHING and number < len(self.source):
                line = self.source[number].rstrip("\r\n")
                start = line.rfind(content.strip())
                before = line[: max(start, 0)] if content.strip() else ""
                self.shown[number] = before + shown.replace(_NOTHING, "").strip()
        if is_open:
            self.end = min(self.end, last)

    def _leave_out(self, number: int, last: int = 0) -> None:
        """Take nothing from this line to the `last` (exclusive) and on to the next empty one."""
        while number < len(self.source) and (number < last or self.source[number].strip()):
            self.untold.add(number)
            number += 1

    def _reduced(self, content: str, elements: Elements | None) -> tuple[str, bool]:
        """Return the content with as many lines as it has; `_NOTHING` for those that went.

        True where nothing after it is shown.
        """
        self.marks += len(_MARKS.findall(content))
        if self.marks > _MAX_MARKS:
            return "\n".join(_NOTHING for _ in content.split("\n")), True
        if not may_hide(content):
            return content, False
        spans, is_open = spans_of(content, self.env, elements)
        parts, done = [], 0
        for start, end, text in spans:
            gone = "\n".join(_NOTHING for _ in range(content.count("\n", start, end) + 1))
            parts += [content[done:start], text, gone[1:]]
            done = end
        return "".join([*parts, content[done:]]), is_open

    def _row(self, row: Token, index: int) -> None:
        assert row.map is not None
        number = row.map[0]
        cells = []
        for place in range(index + 1, len(self.tokens)):
            token = self.tokens[place]
            if token.type == "tr_close" or self.end <= number:
                break
            if token.type == "inline":
                text, is_open = self._reduced(_ODD_SPACE.sub(" ", token.content), self.elements)
                cells.append(text.replace(_NOTHING, "").replace("|", "\\|"))
                if is_open:
                    self.end = number
        start = _ROW_START.match(self.source[number])
        self.shown[number] = f"{start[0] if start else ''}| {' | '.join(cells)} |"

    def _code(self, token: Token) -> None:
        assert token.map is not None
        first, end = token.map
        for number in range(first, min(end, len(self.source))):
            self.shown[number] = self.source[number].rstrip("\r\n")
        if token.type == "fence" and (opening := _FENCE.match(self.shown[first])):
            # The rest of its line is not shown.
            self.shown[first] = opening[0] + language(token.info)
            self._fenced(token, first + 1)

    def _fenced(self, token: Token, first: int) -> None:
        lines = token.content.removesuffix("\n").split("\n") if token.content else []
        for number, (line, shown) in enumerate(
            zip(lines, shown_of_fence(token.info, lines), strict=True), first
        ):
            if shown != line and number in self.shown:
                whole = self.shown.pop(number)
                if shown.strip():
                    self.shown[number] = whole[: len(whole) - len(line)] + shown

    def _html(self, token: Token) -> None:
        assert token.map is not None
        first, last = token.map
        if _OTHERWISE_READ.match(token.content):
            self._leave_out(first, last)
        seen, is_open = self.elements.reduced(token.content.rstrip("\n"))
        # Another version of CommonMark may read a paragraph there.
        text, _ = self._reduced(seen, None)
        for number, line in enumerate(text.replace(_NOTHING, "").split("\n"), first):
            if line.strip() and number < len(self.source):
                indent = re.match(r"[ \t>]*", self.source[number])
                self.shown[number] = (indent[0] if indent else "") + line.strip()
        if is_open:
            # The page's parser looks for the end in all that follows.
            self.end = min(self.end, first + 1 if first in self.shown else first)

    def _rulers(self, token: Token) -> None:
        assert token.map is not None
        pattern = _TABLE_RULER if token.type == "table_open" else _RULER
        for number in range(*token.map):
            line = self.source[number].rstrip("\r\n") if number < len(self.source) else ""
            if line.strip() and pattern.fullmatch(line):
                self.shown.setdefault(number, line)


def _after_footnotes(env: dict[str, Any]) -> set[int]:
    """Return the lines behind footnotes of one word, which are read as link references."""
    references = env.get("references", {}).items()
    again = ((one["label"], one) for one in env.get("duplicate_refs", ()))
    return {one["map"][1] for label, one in (*references, *again) if label.startswith("^")}
