"""Finding tasks again in an edited checklist."""

import difflib
import re
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.text.checklist import Item

_MIN_LIKENESS = 0.6
_REFERENCE = re.compile(
    r"(?:https?://[^/\s]+/)?(?:(?P<repository>[\w.-]+/[\w.-]+)(?:#|/issues/|/pull/)|#)(?P<number>\d+)/?"
)


@dataclass(frozen=True)
class Matching:
    """Which numbered task each item of an edited checklist is."""

    pairs: tuple[tuple[int, Item], ...]
    added: tuple[Item, ...]
    removed: tuple[int, ...]


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
        if matcher.quick_ratio() >= _MIN_LIKENESS and matcher.ratio() >= _MIN_LIKENESS:
            return item
    return None


def _number(pair: tuple[int, Item]) -> int:
    return pair[0]
