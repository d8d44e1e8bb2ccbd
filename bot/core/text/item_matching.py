"""Finding tasks again in an edited checklist."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.core.text.checklist import Item
from bot.core.text.likeness import Likeness

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
    and is not merged then takes an unmatched line that has its words and more, wherever that was
    moved, or else the one in its place, whatever it says: no second agent is to do the same. What
    is done is looked for no further. The items are those of a checklist without mistakes: the work
    grows with their number times that of the tasks.
    """
    pairs: dict[int, int] = {}
    left = dict(enumerate(items))
    lost = {number: title for number, title, _ in known}
    likeness = Likeness()

    def take(number: int, place: int) -> None:
        pairs[number] = place
        del left[place], lost[number]

    done = {number for number, _, fate in known if fate is Fate.DONE}
    for key in (str, _reference):
        for number, place in _same(lost, left, key, done):
            take(number, place)
    undone = [(number, title, fate) for number, title, fate in known if fate is not Fate.DONE]
    for number, title, _ in undone:
        if number in lost and (alike := _first_alike(title, left, likeness)) is not None:
            take(number, alike)
    for number, title, fate in undone:
        if number in lost and fate is Fate.STARTED:
            moved = _continued(title, left)
            if moved is None:
                moved = _most_alike(title, _in_place(number, known, pairs, left), likeness)
            if moved is not None:
                take(number, moved)
    found = tuple((number, items[place]) for number, place in sorted(pairs.items()))
    return Matching(found, tuple(left.values()), tuple(lost))


def is_alike(one: str, other: str) -> bool:
    """Return whether two titles are likely the same one, reworded."""
    return Likeness()(one, other) >= _MIN_LIKENESS


def _in_place(
    number: int, known: Sequence[Known], pairs: dict[int, int], left: dict[int, Item]
) -> dict[int, Item]:
    """Return the unmatched items between those of the task's neighbours that were found again."""
    numbers = [one for one, _, _ in known]
    index = numbers.index(number)
    before = [pairs[one] for one in numbers[:index] if one in pairs]
    after = [pairs[one] for one in numbers[index + 1 :] if one in pairs]
    first = max(before, default=-1)
    last = min((place for place in after if place > first), default=None)
    return {
        place: item
        for place, item in left.items()
        if first < place and (last is None or place < last)
    }


def _continued(title: str, items: dict[int, Item]) -> int | None:
    """Return the first item that has all words of the title, and more: it may be moved at once."""
    words = title.casefold()
    return next(
        (place for place, item in items.items() if words and words in item.title.casefold()), None
    )


def _most_alike(title: str, items: dict[int, Item], likeness: Likeness) -> int | None:
    if len(items) <= 1:
        return next(iter(items), None)
    best = max(items, key=lambda place: likeness(title, items[place].title))
    return best if likeness(title, items[best].title) >= _MIN_LIKENESS_IN_PLACE else None


def _first_alike(title: str, items: dict[int, Item], likeness: Likeness) -> int | None:
    alike = (place for place, item in items.items() if likeness(title, item.title) >= _MIN_LIKENESS)
    return next(alike, None)


def _same(
    lost: dict[int, str],
    left: dict[int, Item],
    key: Callable[[str], str | None],
    done: Collection[int],
) -> list[tuple[int, int]]:
    """Pair by equal keys; those that share a key are paired in order."""
    numbers: dict[str, list[int]] = defaultdict(list)
    places: dict[str, list[int]] = defaultdict(list)
    for number, title in lost.items():
        numbers[key(title) or ""].append(number)
    for place, item in left.items():
        places[key(item.title) or ""].append(place)
    return [
        pair
        for name, sharing in numbers.items()
        if name
        for pair in _in_order(sharing, places.get(name, []), left, done)
    ]


def _in_order(
    numbers: list[int], places: list[int], items: dict[int, Item], done: Collection[int]
) -> list[tuple[int, int]]:
    """Pair those of one title in order; where lines went, they were those of what is done."""
    if len(places) >= len(numbers):
        return list(zip(numbers, places, strict=False))
    ticked = [place for place in places if items[place].done]
    pairs = list(zip([one for one in numbers if one in done], ticked, strict=False))
    paired = {number for number, _ in pairs}
    open_places = [place for place in places if place not in {taken for _, taken in pairs}]
    missing = len(numbers) - len(places)
    gone = [one for one in numbers if one in done and one not in paired][:missing]
    still = [one for one in numbers if one not in paired and one not in gone]
    return [*pairs, *zip(still, open_places, strict=False)]


def _reference(title: str) -> str | None:
    """Return the issue that a title consisting of a reference alone refers to."""
    if (match := _REFERENCE.fullmatch(title)) is None:
        return None
    return f"{match['repository'] or ''}#{match['number']}".lower()
