"""Changing one line of an issue's body and no other character: ticking a box, adding an item."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from bot.core.model.options import TaskOptions
from bot.core.text.attributes import read_attributes
from bot.core.text.checklist import (
    MAX_TASKS,
    Block,
    Checklist,
    Item,
    parse_checklist,
    split_lines,
    task_blocks,
)

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


def add_line(body: str, text: str, after: str | None = None, after_nth: int = 0) -> str | None:
    """Return the body with one open item more, in the manner of the items that are there.

    It follows what stands under the nth item called `after` (from 0); without such an item, the
    last one; in a body without any, it ends the text. Every other character stays. `text` is the
    title, with attributes if there are any. None means that it would not be read as such an item,
    or that the checklist would be too long.
    """
    lines, items = split_lines(body), parse_checklist(body).items
    same = [index for index, item in enumerate(items) if item.title == after]
    index = same[after_nth] if after_nth < len(same) else len(items) - 1
    blocks = task_blocks(body)
    place, prefix = _place(lines, blocks[index]) if blocks else (len(lines), "- ")
    head, tail = "".join(lines[:place]), "".join(lines[place:])
    end = (_LINE_END.findall(head + tail) or ["\n"])[0]
    if head and not _LINE_END.fullmatch(head[-1]):
        added = f"{end}{prefix}[ ] {text}"
    else:
        added = f"{prefix}[ ] {text}{end if head + tail else ''}"
    # An empty line is needed where the text before or behind would swallow the item, or be it.
    for before, behind in (("", ""), (end, ""), ("", end), (end, end)):
        made = f"{head}{before}{added}{behind}{tail}"
        if _is_one_more(body, made, text, index + 1):
            return made
    return None


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


def _is_one_more(body: str, made: str, text: str, index: int) -> bool:
    """Whether `made` has all of the items of `body`, and another one at `index`."""
    before, after, line = parse_checklist(body), parse_checklist(made), read_attributes(text)
    expected = [_content(item) for item in before.items]
    expected.insert(index, (line.text, "", False, line.options))
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
