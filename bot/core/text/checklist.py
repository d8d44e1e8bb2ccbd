"""The checklist in an issue's body, read: its tasks, its mistakes and the text around."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt

from bot.core.model.mistakes import ChecklistMistake
from bot.core.model.mistakes import ChecklistMistakeKind as Kind
from bot.core.text.sanitize import clean, one_line

MAX_TASKS = 50
MAX_TITLE = 200
MAX_DESCRIPTION = 5_000

# GitHub Flavored Markdown, "Task list items (extension)"; the white space may be a line's end.
_MARKER = re.compile(r"\[(?:(?P<done>[xX])|[ \t\xa0])\](?=\s|$)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")
# Blocks are all that matters, and inline rules are what takes long on hostile text.
_BLOCKS = MarkdownIt("commonmark").disable("inline")


@dataclass(frozen=True)
class Item:
    """One task of the checklist; `line` counts from 1 in the body it was read from."""

    title: str
    description: str
    done: bool
    line: int


@dataclass(frozen=True)
class Checklist:
    """An issue's body, understood: its tasks, what is wrong with them, and the text around."""

    items: tuple[Item, ...]
    mistakes: tuple[ChecklistMistake, ...]
    goal: str


@lru_cache(maxsize=8)  # one decision asks for the same few texts again and again
def parse_checklist(body: str) -> Checklist:
    """Read the task-list items of an issue's body; mistakes are values, nothing is raised.

    Task-list items in quotes, code and HTML are none. What stands under an item is its
    description, nested task-list items included.
    """
    lines = split_lines(body)
    blocks = list(task_blocks(body))
    items = tuple(_item(lines, start, end) for start, end in blocks)
    taken = {number for start, end in blocks for number in range(start, end)}
    goal = "".join(line for number, line in enumerate(lines) if number not in taken)
    return Checklist(items, tuple(_mistakes(items)), clean(goal).strip())


def split_lines(body: str) -> list[str]:
    """Split as Markdown does, ends kept; `str.splitlines` knows ends that Markdown does not."""
    return [line for line in _LINE.findall(body) if line]


def task_blocks(body: str) -> Iterator[tuple[int, int]]:
    """Yield first line and end (exclusive, from 0) of each outermost task-list item."""
    tokens = _BLOCKS.parse(body)
    quotes = end = 0
    for token, after, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        quotes += token.nesting if token.type.startswith("blockquote") else 0
        if token.type != "list_item_open" or quotes or not token.map or token.map[0] < end:
            continue
        if after.type == "paragraph_open" and inline.map and _MARKER.match(inline.content):
            end = token.map[1]
            yield inline.map[0], end


def _item(lines: Sequence[str], start: int, end: int) -> Item:
    # Before the box there can be nothing but list markers and white space.
    indent = lines[start].index("[")
    marker = _MARKER.match(lines[start], indent)
    assert marker is not None
    width = len(lines[start][:indent].expandtabs(4))
    under = "".join(_outdented(line, width) for line in lines[start + 1 : end])
    # Cleaned as one text: a comment may begin in the title and end below it.
    title, _, description = clean(lines[start][marker.end() :] + under).partition("\n")
    return Item(
        title=one_line(title),
        description=description.strip("\n").rstrip(),
        done=marker["done"] is not None,
        line=start + 1,
    )


def _outdented(line: str, width: int) -> str:
    """Take the item's own indentation away; a lazy continuation line has less of it."""
    text = line.lstrip(" \t")
    indent = len(line[: len(line) - len(text)].expandtabs(4))
    return " " * max(0, indent - width) + text


def _mistakes(items: Sequence[Item]) -> Iterator[ChecklistMistake]:
    if len(items) > MAX_TASKS:
        yield ChecklistMistake(kind=Kind.TOO_MANY_TASKS, count=len(items), limit=MAX_TASKS)
    for item in items:
        if not item.title:
            yield ChecklistMistake(kind=Kind.NO_TITLE, line=item.line)
        for kind, text, limit in (
            (Kind.TITLE_TOO_LONG, item.title, MAX_TITLE),
            (Kind.DESCRIPTION_TOO_LONG, item.description, MAX_DESCRIPTION),
        ):
            if len(text) > limit:
                yield ChecklistMistake(kind=kind, line=item.line, count=len(text), limit=limit)
