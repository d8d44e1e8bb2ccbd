"""Which task each line of an edited checklist is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text.checklist import Item, parse_checklist
from bot.core.text.item_matching import Fate, Known, match_items

PENDING, STARTED, DONE = Fate.PENDING, Fate.STARTED, Fate.DONE


def _items(*titles: str) -> list[Item]:
    return [Item(title, "", False, line) for line, title in enumerate(titles, 1)]


@pytest.mark.parametrize(
    ("known", "titles", "pairs", "added", "removed"),
    [
        ([(1, "a", True), (2, "b", False)], ["b", "a"], {1: "a", 2: "b"}, [], ()),
        ([(1, "a", True)], ["a", "a"], {1: "a"}, ["a"], ()),
        ([(1, "a", True), (2, "a", True)], ["a"], {1: "a"}, [], (2,)),
        ([(1, "Add a page", True)], ["Add the page"], {1: "Add the page"}, [], ()),
        ([(1, "Add a page", False)], ["Add the page"], {}, ["Add the page"], (1,)),
        ([(1, "Add a page", True)], ["Drop users"], {}, ["Drop users"], (1,)),
        (
            [(1, "Write page A", True), (2, "Write page B", True)],
            ["Write page C", "Write page D"],
            {1: "Write page C", 2: "Write page D"},
            [],
            (),
        ),
        (
            [(1, "Write page A", True), (2, "Write page B", True)],
            ["Write page C", "Write page A"],
            {1: "Write page A", 2: "Write page C"},
            [],
            (),
        ),
        (
            [(1, "acme/shop#12", False), (2, "#7", False)],
            ["#8", "https://github.com/acme/shop/issues/12"],
            {1: "https://github.com/acme/shop/issues/12"},
            ["#8"],
            (2,),
        ),
    ],
)
def test_items_are_found_again_after_an_edit(
    known: list[tuple[int, str, bool]],
    titles: list[str],
    pairs: dict[int, str],
    added: list[str],
    removed: tuple[int, ...],
) -> None:
    matching = match_items(_known(known), _items(*titles))
    assert {number: item.title for number, item in matching.pairs} == pairs
    assert [item.title for item in matching.added] == added
    assert matching.removed == removed


def _known(tasks: list[tuple[int, str, bool]]) -> list[Known]:
    """The tasks as pending ones, or as ones that are done."""
    return [(number, title, PENDING if is_open else DONE) for number, title, is_open in tasks]


@pytest.mark.parametrize(
    ("titles", "line", "added"),
    [
        (["a", "Turn lfet", "c"], "Turn lfet", []),
        (["a", "Something else altogether", "c"], "Something else altogether", []),
        (["a", "Turn left (#2)", "c", "d"], "Turn left (#2)", ["d"]),
        (["a", "c", "d"], None, ["d"]),
        (["a", "zzz", "Turn it to the left", "c"], "Turn it to the left", ["zzz"]),
        (["a", "zzz", "yyy", "c"], None, ["zzz", "yyy"]),
        (["new", "a", "c"], None, ["new"]),
        (["a", "c", "Turn left, then take a seat"], "Turn left, then take a seat", []),
    ],
)
def test_a_started_task_takes_the_line_in_its_place(
    titles: list[str], line: str | None, added: list[str]
) -> None:
    known: list[Known] = [(1, "a", DONE), (2, "Turn left", STARTED), (3, "c", PENDING)]
    matching = match_items(known, _items(*titles))
    found = {number: item.title for number, item in matching.pairs}
    assert found.get(2) == line
    assert [item.title for item in matching.added] == added


@pytest.mark.parametrize(
    ("fates", "boxes", "pairs"),
    [
        ((DONE, PENDING), "[ ]", {2: 1}),
        ((DONE, PENDING), "[x]", {1: 1}),
        ((DONE, PENDING), "[ ][ ]", {1: 1, 2: 2}),
        ((DONE, DONE, STARTED), "[x][ ]", {1: 1, 3: 2}),
        ((DONE, STARTED, PENDING), "[ ][ ]", {2: 1, 3: 2}),
        ((PENDING, PENDING), "[ ]", {1: 1}),
        ((DONE, DONE), "[ ]", {2: 1}),
    ],
)
def test_where_lines_of_one_title_went_they_were_of_what_is_done(
    fates: tuple[Fate, ...], boxes: str, pairs: dict[int, int]
) -> None:
    known: list[Known] = [(number, "Same", fate) for number, fate in enumerate(fates, 1)]
    items = parse_checklist("".join(f"- {box}] Same\n" for box in boxes.split("]")[:-1])).items
    matching = match_items(known, items)
    assert {number: item.line for number, item in matching.pairs} == pairs


def test_another_line_in_the_place_of_what_is_merged_is_a_new_task() -> None:
    known: list[Known] = [(1, "Turn left", DONE), (2, "c", PENDING)]
    matching = match_items(known, _items("Turn left again", "c"))
    assert [item.title for item in matching.added] == ["Turn left again"]
    assert matching.removed == (1,)


@given(
    st.lists(st.tuples(st.text(max_size=9), st.booleans()), max_size=9),
    st.lists(st.text(max_size=9), max_size=9),
)
def test_matching_loses_nobody(tasks: list[tuple[str, bool]], titles: list[str]) -> None:
    known = [(number, title, pending) for number, (title, pending) in enumerate(tasks, 1)]
    items = _items(*titles)
    matching = match_items(_known(known), items)
    numbers = [number for number, _ in matching.pairs]
    assert sorted([*numbers, *matching.removed]) == [number for number, _, _ in known]
    matched = [item for _, item in matching.pairs]
    assert sorted([*matched, *matching.added], key=lambda item: item.line) == items
