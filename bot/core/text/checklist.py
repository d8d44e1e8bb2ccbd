"""The checklist in an issue's body, read: its tasks, its mistakes and the text around."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it.token import Token

from bot.core.model.mistakes import ChecklistMistake
from bot.core.model.mistakes import ChecklistMistakeKind as Kind
from bot.core.model.options import TaskOptions
from bot.core.text.attributes import read_attributes
from bot.core.text.item_marks import MARKER, Criteria, is_struck, near_boxes, placeholder
from bot.core.text.sanitize import one_line, readable
from bot.core.text.visible import parse_blocks, visible_lines

MAX_TASKS = 50
MAX_TITLE = 200
MAX_DESCRIPTION = 5_000
# A hostile text of this many lines takes 0.1 s to parse; people write far shorter ones.
MAX_LINES = 2_000

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")


@dataclass(frozen=True)
class Item:
    """One task of the checklist; `line` counts from 1 in the body it was read from.

    `options` are its attributes, `mistakes` what is wrong with them.
    """

    title: str
    description: str
    done: bool
    line: int
    options: TaskOptions = field(default_factory=TaskOptions)
    mistakes: tuple[ChecklistMistake, ...] = ()


@dataclass(frozen=True)
class Checklist:
    """An issue's body, understood: its tasks, what is wrong with them, and the text around.

    `criteria` counts the boxes under a heading such as “Acceptance criteria”: they are no tasks.
    `nested` counts the boxes under those of tasks: they are parts of them.
    """

    items: tuple[Item, ...]
    mistakes: tuple[ChecklistMistake, ...]
    goal: str
    criteria: int = 0
    nested: int = 0

    @property
    def open_count(self) -> int:
        """How many tasks are still to be done."""
        return sum(not item.done for item in self.items)


@dataclass(frozen=True)
class Block:
    """A task-list item: its first line, the end of its title and its own (exclusive, from 0)."""

    start: int
    title_end: int
    end: int
    under_criteria: bool = False


@lru_cache(maxsize=8)  # one decision asks for the same few texts again and again
def parse_checklist(body: str) -> Checklist:
    """Read the task-list items of an issue's body; mistakes are values, nothing is raised.

    Task-list items in quotes, code and HTML are none, and struck-out ones are left out. The first
    paragraph is the title; what stands under it is the description, nested items included.
    """
    lines = split_lines(body)
    if too_many := _too_many_lines(lines):
        return Checklist((), (too_many,), "")
    shown, found = visible_lines(body), _read(body)
    items = tuple(_item(lines, shown, block) for block in found.tasks)
    taken = {number for block in found.tasks for number in range(block.start, block.end)}
    goal = "".join(line for number, line in enumerate(shown) if number not in taken)
    mistakes = (
        *_mistakes(lines, items, found.tasks),
        *found.mistakes,
        *(mistake for item in items if not item.done for mistake in item.mistakes),
    )
    in_order = sorted(mistakes, key=lambda one: one.line or 0)
    return Checklist(items, tuple(in_order), readable(goal).strip(), found.criteria, found.nested)


def split_lines(body: str) -> list[str]:
    """Split as Markdown does, ends kept; `str.splitlines` knows ends that Markdown does not."""
    return [line for line in _LINE.findall(body) if line]


def task_blocks(body: str) -> tuple[Block, ...]:
    """Return the outermost task-list items that are tasks, in their order."""
    return () if _too_many_lines(split_lines(body)) else _read(body).tasks


def _too_many_lines(lines: Sequence[str]) -> ChecklistMistake | None:
    """Return the mistake of a text that is not even read: parsing it would take too long."""
    if len(lines) <= MAX_LINES:
        return None
    return ChecklistMistake(kind=Kind.TOO_MANY_LINES, count=len(lines), limit=MAX_LINES)


@dataclass(frozen=True)
class _Found:
    """What one pass over the Markdown finds.

    `criteria` counts the boxes that are no tasks, `nested` those that are parts of tasks.
    """

    tasks: tuple[Block, ...]
    criteria: int
    nested: int
    mistakes: tuple[ChecklistMistake, ...]


@lru_cache(maxsize=8)
def _read(body: str) -> _Found:
    tokens, _ = parse_blocks(body)
    blocks: list[Block] = []
    mistakes: list[ChecklistMistake] = []
    outer: list[int] = []
    quotes = end = start = 0
    criteria, item = Criteria(), None
    for token, after, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        quotes += token.nesting if token.type.startswith("blockquote") else 0
        if quotes or not token.map:
            continue
        if token.type == "heading_open":
            criteria.heading(token, after)
        elif token.type == "paragraph_open":
            mistakes += near_boxes(after, is_item=token is item)
        elif token.type == "list_item_open":
            item = after
            if not _is_box(after, inline):
                continue
            if token.map[0] < end:
                outer.append(start)
                continue
            assert inline.map
            start, end = inline.map[0], token.map[1]
            if not is_struck(inline.content):
                blocks.append(Block(start, inline.map[1], end, bool(criteria)))
    # Where all boxes stand under criteria, they are the tasks.
    tasks = tuple(one for one in blocks if not one.under_criteria) or tuple(blocks)
    starts = {one.start for one in tasks}
    nested = sum(one in starts for one in outer)
    return _Found(tasks, len(blocks) - len(tasks), nested, tuple(mistakes))


def _is_box(paragraph: Token, inline: Token) -> bool:
    is_paragraph = paragraph.type == "paragraph_open" and inline.map is not None
    return is_paragraph and MARKER.match(inline.content) is not None


def _item(lines: Sequence[str], shown: Sequence[str], block: Block) -> Item:
    # Before the box there can be nothing but list markers and white space.
    start = block.start
    indent = lines[start].index("[")
    marker = MARKER.match(lines[start], indent)
    assert marker is not None
    width = len(lines[start][:indent].expandtabs(4))
    # Where nothing of the line is shown, the box itself is not among what is.
    box = MARKER.match(shown[start], max(shown[start].find("["), 0))
    first = read_attributes(shown[start][box.end() :] if box else "", start + 1)
    whole = one_line("\n".join([first.text, *shown[start + 1 : block.title_end]]))
    under = "".join(_outdented(line, width) for line in shown[block.title_end : block.end])
    rest = readable(under).strip("\n").rstrip()
    title = cut_title(whole or _placeholder(lines, block))
    description = rest if title == whole or not whole else f"{whole}\n\n{rest}".rstrip()
    done = marker["done"] is not None
    return Item(title, description, done, start + 1, first.options, first.mistakes)


def _placeholder(lines: Sequence[str], block: Block) -> str:
    first, more = lines[block.start], lines[block.start + 1 : block.title_end]
    box = MARKER.match(first, first.index("["))
    return placeholder(first[box.end() :] + "".join(more)) if box else ""


def cut_title(title: str) -> str:
    """Cut a long title at a word; the whole then heads the description."""
    if len(title) <= MAX_TITLE:
        return title
    cut = title[: MAX_TITLE - 1].rpartition(" ")[0] or title[: MAX_TITLE - 1]
    return f"{cut.rstrip()}…"


def _outdented(line: str, width: int) -> str:
    """Take the item's own indentation away; a lazy continuation line has less of it."""
    text = line.lstrip(" \t")
    indent = len(line[: len(line) - len(text)].expandtabs(4))
    return " " * max(0, indent - width) + text


def _mistakes(
    lines: Sequence[str], items: Sequence[Item], blocks: Sequence[Block]
) -> Iterator[ChecklistMistake]:
    count = sum(not item.done for item in items)
    if count > MAX_TASKS:
        yield ChecklistMistake(kind=Kind.TOO_MANY_TASKS, count=count, limit=MAX_TASKS)
    for item, block in zip(items, blocks, strict=True):
        placeholder = _placeholder(lines, block)
        if placeholder and not item.done:
            yield ChecklistMistake(kind=Kind.PLACEHOLDER, line=item.line, quote=placeholder)
        elif not item.title:
            yield ChecklistMistake(kind=Kind.NO_TITLE, line=item.line)
        length = len(item.description)
        if length > MAX_DESCRIPTION:
            yield ChecklistMistake(
                kind=Kind.DESCRIPTION_TOO_LONG,
                line=item.line,
                count=length,
                limit=MAX_DESCRIPTION,
            )
