"""How people mark lines of a checklist: struck out, nearly a box, to be filled in, criteria."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.model.mistakes import ChecklistMistake
from bot.core.model.mistakes import ChecklistMistakeKind as Kind
from bot.core.text.sanitize import clean, one_line

# GitHub Flavored Markdown, "Task list items (extension)"; the white space may be a line's end.
MARKER = re.compile(r"\[(?:(?P<done>[xX])|[ \t\xa0])\](?=\s|$)")

# What people type where they mean a box, as in `- []`, `-[ ]`, `- [ ]x`, `- [ x ]` and `• [ ]`.
_BOX = r"\[(?:[ \t\xa0]{0,3}[xX]?[ \t\xa0]{0,3}|[✓✔√☑✅☐_-])\]"
_BEHIND = r"[\s\w`\"'“<~]|$"
_BULLET = r"(?:[-*+•‣◦●·–—]|[0-9]{1,9}[.)]|[A-Za-z][.)])"
_NEAR_MARKER = re.compile(rf"{_BOX}(?=\*|{_BEHIND})")
_NEAR_BOX = re.compile(rf"[ \t]{{0,20}}{_BULLET}[ \t\xa0]{{0,4}}{_BOX}(?={_BEHIND})")
_WITHOUT_BULLET = re.compile(r"[ \t]{0,20}\[[ \t\xa0]\][ \t\xa0]+\S")

# More than people strike out; longer texts, and those of many links, take Markdown long.
_MAX_STRUCK = 2_000
_MAX_LINKS = 40
_STRIKES = MarkdownIt("commonmark").enable("strikethrough").disable("emphasis")
# GitHub strikes out with one or two; the parser knows two alone.
_ONE_TILDE = re.compile(r"(?<!~)~(?!~)")
_STRIKE_TAG = re.compile(r"<(?P<end>/?)(?:s|del|strike)(?=[\s>])", re.IGNORECASE)
_WORD = re.compile(r"\w")
_OPENING = re.compile(r"[~<]")
_NOTE = re.compile(r"\s*(?:\(.*\)|\[.*\])?\W*", re.DOTALL)

_ESCAPE = re.compile(r"\\(?=[<>])")
_PLACEHOLDERS = re.compile(r"<[^<>\n!?/][^<>\n]{0,99}>(?:[ ,/]{0,3}<[^<>\n!?/][^<>\n]{0,99}>){0,9}")
_ADDRESS = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:|<[^\s<>@]{1,64}@")

# Boxes under these headings are for reviewers, whatever the case, a colon or emoji around.
_CRITERIA = frozenset(
    {"acceptancecriteria", "acceptance", "definitionofdone", "dod", "checklistforreviewers"}
)
_NOT_LETTERS = re.compile(r"[^a-z]+")


def is_struck(content: str) -> bool:
    """Return whether all of an item's text, its box apart, is struck out.

    A note in brackets may follow; what is written beside the struck words makes it a task.
    """
    marker = MARKER.match(content)
    text = content[marker.end() :] if marker else content
    if len(text) > _MAX_STRUCK or text.count("[") > _MAX_LINKS:
        return False
    first_word = _WORD.search(text)
    if first_word is None or not _OPENING.search(text, 0, first_word.start()):
        return False
    struck, beside = _strikes(_ONE_TILDE.sub("~~", text))
    return bool(struck.strip()) and _NOTE.fullmatch(beside) is not None


def _strikes(text: str) -> tuple[str, str]:
    """Return what is struck out of the text, and what stands beside it."""
    (inline,) = _STRIKES.parseInline(text)
    depth, struck, beside = 0, "", ""
    for token in inline.children or ():
        tag = _STRIKE_TAG.match(token.content) if token.type == "html_inline" else None
        if token.tag == "s":
            depth += token.nesting
        elif tag:
            depth += -1 if tag["end"] else 1
        elif token.type in ("text", "code_inline", "image", "softbreak"):
            shown = token.content or " "
            struck, beside = (struck + shown, beside) if depth > 0 else (struck, beside + shown)
    return struck, beside


def near_boxes(inline: Token, *, is_item: bool) -> Iterator[ChecklistMistake]:
    """Name the paragraph's lines that are no box on the page, but were meant as one.

    `is_item`: its first line is that of a list item, of which it has no bullet.
    """
    assert inline.map
    for number, line in enumerate(inline.content.split("\n"), inline.map[0] + 1):
        if is_item and number == inline.map[0] + 1:
            is_near = bool(_NEAR_MARKER.match(line)) and not MARKER.match(line)
        else:
            is_near = bool(_NEAR_BOX.match(line) or _WITHOUT_BULLET.match(line))
        if is_near:
            yield ChecklistMistake(kind=Kind.NEAR_BOX, line=number, quote=line[:60].strip())


def placeholder(text: str) -> str:
    """Return the title if it is but a `<placeholder>`, however it is set; "" if it is none.

    As a tag it is not shown on the page, escaped it is.
    """
    if len(text) > _MAX_STRUCK:
        return ""
    title = one_line(html.unescape(_ESCAPE.sub("", clean(text)))).strip("*_~.:…! ")
    is_one = _PLACEHOLDERS.fullmatch(title) and not _ADDRESS.match(title)
    return title if is_one else ""


@dataclass
class Criteria:
    """Follows the headings: what stands under one of the criteria, or a smaller one below it."""

    _size: int = 0

    def heading(self, opened: Token, inline: Token) -> None:
        """Note a heading; one within a list or a quote ends with that."""
        if opened.level:
            return
        size = int(opened.tag[1:])
        if _NOT_LETTERS.sub("", clean(inline.content).lower()) in _CRITERIA:
            self._size = size
        elif size <= self._size:
            self._size = 0

    def __bool__(self) -> bool:
        """Return whether what comes next is among the criteria."""
        return self._size > 0
