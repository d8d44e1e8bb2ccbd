"""Finding tasks again in an edited checklist."""

import difflib
import re
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.core.text.checklist import Item

_MIN_LIKENESS = 0.6
# Where several lines may be the one of a task that was started.
_MIN_LIKENESS_IN_PLACE = 0.3
_REFERENCE = re.compile(
    r"(?:https?://[^/\s]+/)?(?:(?P<repository>[\w.-]+/[\w.-]+)(?:#|/issues/|/pull/)|#)(?P<number>\d+)/?"
)


@dataclass(frozen=True)
class Matching:
    """Which numbered task each item of an edited checklist is."""

    pairs: tuple[tuple[int, Item], ...]
    added: tuple[Item, ...]
    removed: tuple[int, ...]


class Fate(Enum):
    """How far a task has come, which says how its line is looked for."""

    PENDING = "pending"
    STARTED = "started"
    DONE = "done"


Known = tuple[int, str, Fate]


def match_items(known: Sequence[Known], items: Sequence[Item]) -> Matching:
    """Find again, after an edit, the known tasks: number, title in the checklist, fate.

    By the same title, then the same reference, then in order by likeness. A task that was started
    and is not merged then takes the unmatched line in its place, whatever it says: no second agent
    is to do the same. What is done is looked for no further. The items are those of a checklist
    without mistakes: the work grows with their number times that of the tasks.
    """
    pairs: dict[int, Item] = {}
    left = list(items)
    lost = {number: title for number, title, _ in known}

    def take(number: int, item: Item) -> None:
        pairs[number] = item
        left.remove(item)
        del lost[number]

    for key in (str, _reference):
        for number, item in _same(lost, left, key):
            take(number, item)
    undone = [(number, title, fate) for number, title, fate in known if fate is not Fate.DONE]
    for number, title, _ in undone:
        if number in lost and (alike := _first_alike(title, left)) is not None:
            take(number, alike)
    for number, title, fate in undone:
        if number in lost and fate is Fate.STARTED:
            place = _in_place(number, known, pairs, items, left)
            if (in_place := _most_alike(title, place)) is not None:
                take(number, in_place)
    return Matching(tuple(sorted(pairs.items(), key=_number)), tuple(left), tuple(lost))


def is_alike(one: str, other: str) -> bool:
    """Return whether two titles are likely the same one, reworded."""
    return _likeness(one, other) >= _MIN_LIKENESS


def _in_place(
    number: int,
    known: Sequence[Known],
    pairs: dict[int, Item],
    items: Sequence[Item],
    left: Sequence[Item],
) -> list[Item]:
    """Return the unmatched items between those of the task's neighbours that were found again."""
    numbers = [one for one, _, _ in known]
    index = numbers.index(number)
    before = [items.index(pairs[one]) for one in numbers[:index] if one in pairs]
    after = [items.index(pairs[one]) for one in numbers[index + 1 :] if one in pairs]
    first = max(before, default=-1)
    last = min((one for one in after if one > first), default=len(items))
    return [item for item in left if first < items.index(item) < last]


def _most_alike(title: str, items: Sequence[Item]) -> Item | None:
    if len(items) <= 1:
        return items[0] if items else None
    best = max(items, key=lambda item: _likeness(title, item.title))
    return best if _likeness(title, best.title) >= _MIN_LIKENESS_IN_PLACE else None


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


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
