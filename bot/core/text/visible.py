"""What GitHub's page shows of a Markdown text: all that an agent is given of it.

An allow-list: a line or a construct that the parser does not hand out as shown is left out. Where
the page cannot be told, less is kept.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from markdown_it.token import Token

from bot.core.text.inline_spans import BLOCKS, spans_of, tag_name
from bot.core.text.sanitize import readable

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")
# Nothing is given back once it is taken: strangers choose how long a line is.
_RULER = re.compile(r"[ \t>]*+(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]++)*+[-=*_ \t]*+")
_TABLE_RULER = re.compile(r"[ \t>|:-]*")
_ROW_START = re.compile(r"[ \t>]*(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]+)?")
_FENCE = re.compile(r"(?P<fence>.*?(?:`{3,}|~{3,}))[ \t]*(?P<word>[\w+#.-]{1,20}(?=\s|$))?")
# GitHub shows a footnote only where it is referred to; none is taken.
_FOOTNOTE = re.compile(r"[ \t]{0,3}(?:\[[ xX]\][ \t]{1,3})?\[\^[^\]\s]{1,200}\]:")
# More links or tags than people write take longer to read than a decision may.
_MAX_MARKS = 2_000
_MARKS = re.compile(r"[\[<&]")

# HTML, "Tokenization": where a tag ends. Nothing is tried twice.
_HTML_TAG = re.compile(
    r"</?[a-zA-Z][^\s/>]*+(?:[^=>]|=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?=[^\"'\s])))*+>"
)
_HTML_OPEN = re.compile(r"<[a-zA-Z/!?]")
MAX_CELLS = 4_000  # of all tables of a text
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
    return BLOCKS.parse(without_large_tables(text), env), env


def without_large_tables(text: str) -> str:
    """Leave out tables of more than `MAX_CELLS` cells in all, lines kept.

    Markdown gives each row as many cells as the head has: a few thousand characters could stand
    for millions of cells.
    """
    lines, cells = _LINE.findall(text), 0
    for number, line in enumerate(lines):
        if number == 0 or not _is_table_ruler(line):
            continue
        end = number + 1
        while end < len(lines) and lines[end].strip("> \t\r\n"):
            end += 1
        cells += (line.count("|") + 1) * (end - number + 1)
        if cells > MAX_CELLS:
            for gone in range(number - 1, end):
                lines[gone] = lines[gone][len(lines[gone].rstrip("\r\n")) :]
    return "".join(lines)


def _is_table_ruler(line: str) -> bool:
    text = line.strip()
    return "-" in text and "|" in text and not text.strip("> \t|:-")


class _Page:
    """One text being read; `shown` has the lines that some token shows."""

    def __init__(self, source: Sequence[str], text: str) -> None:
        self.source = source
        self.shown: dict[int, str] = {}
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
            in_cell = token.type in ("th_open", "td_open")
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
        if token.map[0] in self.footnotes or _FOOTNOTE.match(token.content):
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
        if number in self.shown:
            return self.shown[number] + line[len(line.rstrip("\r\n")) :]
        return line if not line.strip() and number < self.end else ""

    def _inline(self, token: Token) -> None:
        assert token.map is not None
        texts = self._reduced(token.content).split("\n")
        first = token.map[0]
        contents = token.content.split("\n")
        for offset, (content, text) in enumerate(zip(contents, texts, strict=True)):
            if _FOOTNOTE.match(content):
                # It interrupts the paragraph, and what follows belongs to it.
                return
            if text == _NOTHING or first + offset >= len(self.source):
                continue
            line = self.source[first + offset].rstrip("\r\n")
            start = line.rfind(content.strip())
            before = line[: max(start, 0)] if content.strip() else ""
            self.shown[first + offset] = before + text.replace(_NOTHING, "").strip()

    def _reduced(self, content: str) -> str:
        """Return the content with as many lines as it has; `_NOTHING` for those that went."""
        self.marks += len(_MARKS.findall(content))
        if self.marks > _MAX_MARKS:
            return "\n".join(_NOTHING for _ in content.split("\n"))
        spans = spans_of(content, self.env) if _MARKS.search(content) else ()
        parts, done = [], 0
        for start, end, text in spans:
            gone = "\n".join(_NOTHING for _ in range(content.count("\n", start, end) + 1))
            parts += [content[done:start], text, gone[1:]]
            done = end
        return "".join([*parts, content[done:]])

    def _row(self, row: Token, index: int) -> None:
        assert row.map is not None
        cells = []
        for place in range(index + 1, len(self.tokens)):
            token = self.tokens[place]
            if token.type == "tr_close":
                break
            if token.type == "inline":
                text = self._reduced(token.content)
                cells.append(text.replace(_NOTHING, "").replace("|", "\\|"))
        number = row.map[0]
        if _FOOTNOTE.match(self.source[number].lstrip("> \t|")):
            return
        start = _ROW_START.match(self.source[number])
        self.shown[number] = f"{start[0] if start else ''}| {' | '.join(cells)} |"

    def _code(self, token: Token) -> None:
        assert token.map is not None
        first, end = token.map
        for number in range(first, min(end, len(self.source))):
            self.shown[number] = self.source[number].rstrip("\r\n")
        if token.type == "fence" and (opening := _FENCE.match(self.shown[first])):
            # The rest of its line is not shown.
            self.shown[first] = opening["fence"] + (opening["word"] or "")

    def _html(self, token: Token) -> None:
        assert token.map is not None
        text, is_open = _without_markup(token.content.rstrip("\n"))
        for offset, line in enumerate(text.split("\n")):
            number = token.map[0] + offset
            if line.strip() and number < len(self.source):
                indent = re.match(r"[ \t>]*", self.source[number])
                self.shown[number] = (indent[0] if indent else "") + line.strip()
        if is_open:
            # The page's parser looks for the end in all that follows.
            self.end = token.map[0] + 1 if token.map[0] in self.shown else token.map[0]

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


def _without_markup(text: str) -> tuple[str, bool]:
    """Return HTML without what is not shown of it, and whether something in it never ends."""
    parts, done = [], 0
    while (start := text.find("<", done)) >= 0:
        parts.append(text[done:start])
        if _HTML_OPEN.match(text, start) is None:
            parts.append("<")
            done = start + 1
            continue
        end = _markup_end(text, start)
        if end < 0:
            return "".join(parts), True
        parts.append(tag_name(text[start:end]))
        parts.append("\n" * text.count("\n", start, end))
        done = end
    return "".join([*parts, text[done:]]), False


def _markup_end(text: str, start: int) -> int:
    """Return where a comment, an instruction or a tag ends, -1 where it does not."""
    if text.startswith(("<!-->", "<!--->"), start):
        return text.index(">", start) + 1
    if text.startswith("<!--", start):
        return _end_of(text, start + 4, ("-->", "--!>"))
    if text.startswith("<![CDATA[", start):
        return _end_of(text, start, ("]]>",))
    if text.startswith("<?", start):
        return _end_of(text, start, ("?>",))
    if tag := _HTML_TAG.match(text, start):
        return tag.end()
    is_tag = text[start + 1 : start + 3].strip("/")[:1].isalpha()
    return -1 if is_tag else _end_of(text, start, (">",))


def _end_of(text: str, start: int, ends: Sequence[str]) -> int:
    found = [at + len(end) for end in ends if (at := text.find(end, start)) >= 0]
    return min(found, default=-1)
