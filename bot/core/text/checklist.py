"""The checklist in an epic's body: reading it, changing one line, following it through edits."""

import difflib
import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt

from bot.core.text.sanitize import clean, one_line

MAX_TASKS = 50
MAX_TITLE = 200
MAX_DESCRIPTION = 5_000
_ALIKE = 0.6

# GitHub Flavored Markdown, "Task list items (extension)"; the white space may be a line's end.
_MARKER = re.compile(r"\[(?:(?P<done>[xX])|[ \t\xa0])\](?=\s|$)")
# Any item's box, nested ones included.
_BOX = re.compile(r"^([ \t>]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\[)[xX \t\xa0](?=\])", re.MULTILINE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")
_LINE_END = re.compile(r"\r\n?|\n")
# What stands before an item's box: whatever it is nested in, its bullet or number, white space.
_PREFIX = re.compile(r"(?P<outer>.*?)(?P<bullet>[-*+]|[0-9]{1,9}[.)])(?P<space>[ \t]+)")
_REFERENCE = re.compile(
    r"(?:https?://[^/\s]+/)?(?:(?P<repository>[\w.-]+/[\w.-]+)(?:#|/issues/|/pull/)|#)(?P<number>\d+)/?"
)
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
class Mistake:
    """What keeps a checklist from being used, as plain text."""

    line: int | None
    message: str


@dataclass(frozen=True)
class Checklist:
    """An issue's body, understood: its tasks, what is wrong with them, and the text around."""

    items: tuple[Item, ...]
    mistakes: tuple[Mistake, ...]
    goal: str


@dataclass(frozen=True)
class Matching:
    """Which numbered task each item of an edited checklist is."""

    pairs: tuple[tuple[int, Item], ...]
    added: tuple[Item, ...]
    removed: tuple[int, ...]


@lru_cache(maxsize=8)  # one decision asks for the same few texts again and again
def parse_checklist(body: str) -> Checklist:
    """Read the task-list items of an issue's body; mistakes are values, nothing is raised.

    Task-list items in quotes, code and HTML are none. What stands under an item, further
    task-list items too, is its description.
    """
    lines = _lines(body)
    blocks = list(_task_blocks(body))
    items = tuple(_item(lines, start, end) for start, end in blocks)
    taken = {number for start, end in blocks for number in range(start, end)}
    goal = "".join(line for number, line in enumerate(lines) if number not in taken)
    return Checklist(items, tuple(_mistakes(items)), clean(goal).strip())


def tick(body: str, title: str, nth: int = 0) -> str | None:
    """Return the body with the box of the nth item called `title` (from 0) ticked.

    Every other character stays. A box that is already ticked leaves the body as it is; None
    means that there is no such item.
    """
    same = [item for item in parse_checklist(body).items if item.title == title]
    if nth >= len(same):
        return None
    if same[nth].done:
        return body
    lines = _lines(body)
    line = same[nth].line - 1
    box = sum(map(len, lines[:line])) + lines[line].index("[") + 1
    return f"{body[:box]}x{body[box + 1 :]}"


def add_line(body: str, title: str, after: str | None = None, after_nth: int = 0) -> str | None:
    """Return the body with one open item more, in the manner of the items that are there.

    It follows what stands under the nth item called `after` (from 0); without such an item, the
    last one; in a body without any, it ends the text. Every other character stays. None means that
    it would not be read as an item of that title, or that the checklist would be too long.
    """
    lines, items = _lines(body), parse_checklist(body).items
    same = [index for index, item in enumerate(items) if item.title == after]
    index = same[after_nth] if after_nth < len(same) else len(items) - 1
    blocks = list(_task_blocks(body))
    place, prefix = _place(lines, *blocks[index]) if blocks else (len(lines), "- ")
    head, tail = "".join(lines[:place]), "".join(lines[place:])
    end = (_LINE_END.findall(head + tail) or ["\n"])[0]
    if head and not _LINE_END.fullmatch(head[-1]):
        added = f"{end}{prefix}[ ] {title}"
    else:
        added = f"{prefix}[ ] {title}{end if head + tail else ''}"
    # An empty line is needed where the text before or behind would swallow the item, or be it.
    for before, behind in (("", ""), (end, ""), ("", end), (end, end)):
        made = f"{head}{before}{added}{behind}{tail}"
        if _is_one_more(body, made, title, index + 1):
            return made
    return None


def _place(lines: Sequence[str], start: int, end: int) -> tuple[int, str]:
    """Where the item's last line ends (from 0), and what a line of its like begins with."""
    while not lines[end - 1].strip():
        end -= 1
    return end, _prefix(lines[start][: lines[start].index("[")])


def _prefix(prefix: str) -> str:
    """What the next item of the same list begins with."""
    if (match := _PREFIX.fullmatch(prefix)) is None:
        return "- "
    bullet = match["bullet"]
    if bullet[:-1]:
        bullet = f"{min(int(bullet[:-1]) + 1, 999_999_999)}{bullet[-1]}"
    outer = re.sub(r"[^ \t]", " ", match["outer"])
    return f"{outer}{bullet}{match['space']}"


def _is_one_more(body: str, made: str, title: str, index: int) -> bool:
    """Whether `made` has all of the items of `body`, and another one at `index`."""
    before, after = parse_checklist(body), parse_checklist(made)
    told = [(item.title, item.description, item.done) for item in before.items]
    told.insert(index, (title, "", False))
    return (
        [(item.title, item.description, item.done) for item in after.items] == told
        and len(after.mistakes) <= len(before.mistakes)
        and len(after.items) <= MAX_TASKS
    )


def ticked_between(before: str, after: str) -> tuple[tuple[str, int], ...] | None:
    """What was ticked, as (title, how many of that title come before it) in `before`.

    None when anything but boxes differs.
    """
    if _BOX.sub(r"\1 ", before) != _BOX.sub(r"\1 ", after):
        return None
    seen: dict[str, int] = {}
    ticked = []
    pairs = zip(parse_checklist(before).items, parse_checklist(after).items, strict=True)
    for old, new in pairs:
        if new.done and not old.done:
            ticked.append((old.title, seen.get(old.title, 0)))
        seen[old.title] = seen.get(old.title, 0) + 1
    return tuple(ticked)


def match_items(known: Sequence[tuple[int, str, bool]], items: Sequence[Item]) -> Matching:
    """Find again, after an edit, the known tasks (number, title, whether still pending).

    By the same title, then the same reference, then, for pending tasks alone and in order, by
    likeness. The items are those of a checklist without mistakes: the work grows with their
    number times that of the tasks.
    """
    pairs: dict[int, Item] = {}
    left = list(items)
    lost = {number: title for number, title, _ in known}
    for key in (str, _reference):
        for number, item in _same(lost, left, key):
            pairs[number] = item
            left.remove(item)
            del lost[number]
    for number, title, pending in known:
        alike = _first_alike(title, left) if pending and number in lost else None
        if alike is not None:
            pairs[number] = alike
            left.remove(alike)
            del lost[number]
    return Matching(tuple(sorted(pairs.items(), key=_number)), tuple(left), tuple(lost))


def _lines(body: str) -> list[str]:
    """Split as Markdown does, ends kept; `str.splitlines` knows ends that Markdown does not."""
    return [line for line in _LINE.findall(body) if line]


def _task_blocks(body: str) -> Iterator[tuple[int, int]]:
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


def _mistakes(items: Sequence[Item]) -> Iterator[Mistake]:
    if len(items) > MAX_TASKS:
        yield Mistake(
            None, f"The checklist has {len(items)} tasks; an epic takes up to {MAX_TASKS}."
        )
    for item in items:
        if not item.title:
            yield Mistake(item.line, "The task has no title.")
        if len(item.title) > MAX_TITLE:
            yield Mistake(item.line, _too_long("title", len(item.title), MAX_TITLE))
        if len(item.description) > MAX_DESCRIPTION:
            yield Mistake(
                item.line, _too_long("description", len(item.description), MAX_DESCRIPTION)
            )


def _too_long(what: str, length: int, limit: int) -> str:
    return f"The task's {what} has {length:,} characters; up to {limit:,} are taken."


def _same(
    lost: dict[int, str], left: Sequence[Item], key: Callable[[str], str | None]
) -> list[tuple[int, Item]]:
    """Pair by equal keys; those that share a key are paired in order."""
    waiting: dict[str, deque[Item]] = defaultdict(deque)
    for item in left:
        if (name := key(item.title)) is not None:
            waiting[name].append(item)
    names = ((number, key(title)) for number, title in lost.items())
    return [(number, waiting[name].popleft()) for number, name in names if name and waiting[name]]


def _reference(title: str) -> str | None:
    """Return the issue that a title consisting of a reference alone refers to."""
    if (match := _REFERENCE.fullmatch(title)) is None:
        return None
    return f"{match['repository'] or ''}#{match['number']}".lower()


def _first_alike(title: str, items: Sequence[Item]) -> Item | None:
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(title)
    for item in items:
        matcher.set_seq1(item.title)
        if matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
            return item
    return None


def _number(pair: tuple[int, Item]) -> int:
    return pair[0]
