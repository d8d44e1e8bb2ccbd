"""Changing lines of an issue's body and no other character: ticking a box, adding items."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from bot.core.model.options import TaskOptions
from bot.core.text.attributes import read_attributes, written
from bot.core.text.checklist import (
    MAX_TASKS,
    Block,
    Checklist,
    Item,
    parse_checklist,
    split_lines,
    task_blocks,
)
from bot.core.text.mentions import without_mentions

_LINE_END = re.compile(r"\r\n?|\n")
# What stands before an item's box: whatever it is nested in, its bullet or number, white space.
_PREFIX = re.compile(r"(?P<outer>.*?)(?P<bullet>[-*+]|[0-9]{1,9}[.)])(?P<space>[ \t]+)")


def tick(body: str, title: str, nth: int = 0) -> str | None:
    """Return the body with the box of the nth item called `title` (from 0) ticked.

    Every other character stays. A box that is already ticked leaves the body as it is; None
    means that there is no such item.
    """
    same = [item for item in parse_checklist(body).items if item.title == title]
    return tick_all(body, [(title, nth)]) if nth < len(same) else None


def tick_all(body: str, wanted: Collection[tuple[str, int]]) -> str:
    """Return the body with those boxes ticked that it has, by title and nth item called so.

    It is parsed once: strangers choose how long that takes.
    """
    lines = split_lines(body)
    seen: Counter[str] = Counter()
    for item in parse_checklist(body).items:
        if not item.done and (item.title, seen[item.title]) in wanted:
            line = lines[item.line - 1]
            box = line.index("[") + 1
            lines[item.line - 1] = f"{line[:box]}x{line[box + 1 :]}"
        seen[item.title] += 1
    return "".join(lines)


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """An open item to be written; the description's lines go under it, indented."""

    title: str
    description: str = ""
    options: TaskOptions = field(default_factory=TaskOptions)


def add_line(body: str, text: str, after: str | None = None, after_nth: int = 0) -> str | None:
    """Return the body with one open item more; `text` is its title, with attributes if any.

    As for `add_items`.
    """
    line = read_attributes(text)
    return add_items(body, [NewItem(title=line.text, options=line.options)], after, after_nth)


def add_items(
    body: str, items: Sequence[NewItem], after: str | None = None, after_nth: int = 0
) -> str | None:
    """Return the body with further open items, in the manner of those that are there.

    They follow what stands under the nth item called `after` (from 0); without such an item, the
    last one; in a body without any, they end the text. Every other character stays. None means that
    they would not be read as such items, or that the checklist would be too long.
    """
    lines, known = split_lines(body), parse_checklist(body).items
    same = [index for index, item in enumerate(known) if item.title == after]
    index = same[after_nth] if after_nth < len(same) else len(known) - 1
    blocks = task_blocks(body)
    place, prefix = _place(lines, blocks[index]) if blocks else (len(lines), "- ")
    head, tail = "".join(lines[:place]), "".join(lines[place:])
    end = (_LINE_END.findall(head + tail) or ["\n"])[0]
    added = end.join(_written(items, prefix))
    if head and not _LINE_END.fullmatch(head[-1]):
        added = end + added
    elif head + tail:
        added += end
    # An empty line is needed where the text before or behind would swallow the item, or be it.
    for before, behind in (("", ""), (end, ""), ("", end), (end, end)):
        made = f"{head}{before}{added}{behind}{tail}"
        if _has_more(body, made, items, index + 1):
            return made
    return None


def item_lines(item: NewItem, prefix: str = "- ") -> Iterator[str]:
    """Yield the lines by which the item is written, without their ends; they notify nobody."""
    first = without_mentions(f"[ ] {written(item.title, item.options)}")
    yield f"{prefix}{first}"
    if item.description:
        yield ""
        indent = " " * len(prefix.expandtabs(4))
        for line in without_mentions(item.description).split("\n"):
            yield f"{indent}{line}".rstrip()


def is_read_as_written(item: NewItem) -> bool:
    """Return whether the item, written by itself, is read as exactly that and no more."""
    read = parse_checklist("\n".join(item_lines(item)))
    expected = [(item.title, item.description, False, item.options)]
    return [_content(one) for one in read.items] == expected and not (read.mistakes or read.goal)


def _written(items: Sequence[NewItem], prefix: str) -> Iterator[str]:
    for item in items:
        yield from item_lines(item, prefix)
        prefix = _prefix(prefix)


def _place(lines: Sequence[str], block: Block) -> tuple[int, str]:
    """Where the item's last line ends (from 0), and what a line of its like begins with."""
    start, end = block.start, block.end
    while not lines[end - 1].strip():
        end -= 1
    return end, _prefix(lines[start][: lines[start].index("[")])


def _prefix(prefix: str) -> str:
    """Return what the next item of the same list begins with."""
    if (match := _PREFIX.fullmatch(prefix)) is None:
        return "- "
    bullet = match["bullet"]
    if bullet[:-1]:
        bullet = f"{min(int(bullet[:-1]) + 1, 999_999_999)}{bullet[-1]}"
    outer = re.sub(r"[^ \t]", " ", match["outer"])
    return f"{outer}{bullet}{match['space']}"


def _has_more(body: str, made: str, items: Sequence[NewItem], index: int) -> bool:
    """Whether `made` has all of the items of `body`, and further ones at `index`."""
    before, after = parse_checklist(body), parse_checklist(made)
    expected = [_content(item) for item in before.items]
    expected[index:index] = [(one.title, one.description, False, one.options) for one in items]
    return (
        [_content(item) for item in after.items] == expected
        and len(after.mistakes) <= len(before.mistakes)
        and after.open_count <= MAX_TASKS
    )


def _content(item: Item) -> tuple[str, str, bool, TaskOptions]:
    return item.title, item.description, item.done, item.options


def item_keys(checklist: Checklist) -> list[tuple[str, int]]:
    """Return each item's title, and how often it stands further up."""
    seen: Counter[str] = Counter()
    keys = []
    for item in checklist.items:
        keys.append((item.title, seen[item.title]))
        seen[item.title] += 1
    return keys


def ticked_between(before: str, after: str) -> tuple[tuple[str, int], ...]:
    """Return the items whose boxes were ticked, as `item_keys` names them."""
    old, new = parse_checklist(before), parse_checklist(after)
    was_open = {key for key, item in zip(item_keys(old), old.items, strict=True) if not item.done}
    keys = zip(item_keys(new), new.items, strict=True)
    return tuple(key for key, item in keys if item.done and key in was_open)
