import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model.mistakes import ChecklistMistake
from bot.core.model.mistakes import ChecklistMistakeKind as Kind
from bot.core.text.checklist import MAX_TASKS, Item, parse_checklist
from bot.core.text.issue_body import add_line, tick

BODY = """\
Build a little shop.

- [ ] Add the  model <!-- hidden -->
  to the shop

  Two fields:
  - name
  - price
    - [ ] in cents

  A closing word.
- [x] Choose a *name* and `price`
- not a task
* [ ] Serve it
lazily continued

Thanks!
"""


def near(line: int, quote: str) -> ChecklistMistake:
    return mistake(Kind.NEAR_BOX, line=line, quote=quote)


def attribute(line: int, quote: str, nearest: str) -> ChecklistMistake:
    return mistake(Kind.ATTRIBUTE, line=line, quote=quote, nearest=nearest)


def mistake(kind: Kind, **where: Any) -> ChecklistMistake:
    return ChecklistMistake(kind=kind, **where)


def test_a_long_title_is_cut_at_a_word_and_heads_the_description() -> None:
    whole = " ".join(["word"] * 60)
    [item] = parse_checklist(f"- [ ] {whole}\n\n  More.").items
    assert item.title == " ".join(["word"] * 39) + "…"
    assert item.description == f"{whole}\n\nMore."


@pytest.mark.parametrize(
    "heading", ["## Acceptance criteria", "# ✅ DoD:", "Definition of Done\n---"]
)
def test_boxes_under_criteria_are_no_tasks(heading: str) -> None:
    body = f"- [ ] a\n\n{heading}\n\n- [ ] fast\n- [ ] small\n\n# Later\n\n- [ ] b\n"
    found = parse_checklist(body)
    assert ([item.title for item in found.items], found.criteria) == (["a", "b"], 2)
    alone = parse_checklist(f"{heading}\n\n- [ ] fast\n")
    assert ([item.title for item in alone.items], alone.criteria) == (["fast"], 0)


def test_a_body_is_understood() -> None:
    checklist = parse_checklist(BODY)
    assert checklist.items == (
        Item(
            "Add the model to the shop",
            "Two fields:\n- name\n- price\n  - [ ] in cents\n\nA closing word.",
            done=False,
            line=3,
        ),
        Item("Choose a *name* and `price`", "", done=True, line=12),
        Item("Serve it lazily continued", "", done=False, line=14),
    )
    assert checklist.mistakes == ()
    assert checklist.goal == "Build a little shop.\n\n- not a task\nThanks!"


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        ("", []),
        ("no list", []),
        ("- [ ] a\n+ [X] b\n* [ ] c\n1. [ ] d\n2) [ ] e", ["a", "b", "c", "d", "e"]),
        ("- [ ] a\r\n- [ ] b\r- [ ] c", ["a", "b", "c"]),
        ("  - [ ] a\n\n   - [ ] b", ["a", "b"]),
        ("- plain\n  - [ ] under a plain one", ["under a plain one"]),
        ("- - [ ] twice a list", ["twice a list"]),
        ("- [ ] outer\n  - [ ] inner", ["outer"]),
        ("-\n  [ ] on the next line", ["on the next line"]),
        ("-\t[ ] after a tab", ["after a tab"]),
        ("- [\xa0] no-break space", ["no-break space"]),
        ("- [ ] a [link](https://x.y) & `- [ ] code`", ["a [link](https://x.y) & `- [ ] code`"]),
        ("- [ ]no space\n- [] b\n- [  ] c\n- [y] d\n- \\[ ] e\n-[ ] f", []),
        ("    - [ ] indented code", []),
        ("-     [ ] indented code in an item", []),
        ("```\n- [ ] fenced\n```\n~~~\n- [ ] fenced", []),
        ("> - [ ] quoted\n\n- > [ ] quoted\n- a\n  > - [ ] quoted", []),
        ("<!--\n- [ ] hidden\n-->", []),
        ("<details>\n- [ ] html\n</details>", []),
        ("<details>\n\n- [ ] folded\n\n</details>", ["folded"]),
        ("- [ ] a\n  ```\n  - [ ] b\n  ```", ["a"]),
        ("[ ] a paragraph", []),
        ("- [ ] a <!-- two\n  lines --> b", ["a b"]),
        ("- # [ ] a heading", []),
    ],
)
def test_what_is_a_task(body: str, titles: list[str]) -> None:
    assert [item.title for item in parse_checklist(body).items] == titles


@pytest.mark.parametrize(
    ("body", "mistakes"),
    [
        ("- [ ] " + "x" * 200, []),
        ("- [ ] " + "x" * 201, []),
        (
            "hello\n\n- [ ]\n- [ ] <!-- x -->",
            [mistake(Kind.NO_TITLE, line=3), mistake(Kind.NO_TITLE, line=4)],
        ),
        ("- [ ] a\n\n  " + "x" * 5000, []),
        (
            "- [ ] a\n\n  " + "x" * 5001,
            [mistake(Kind.DESCRIPTION_TOO_LONG, line=1, count=5001, limit=5000)],
        ),
        ("- [ ] a\n" * 50 + "- [x] done\n" * 20, []),
        ("- [ ] a\n" + "b\n" * 2000, [mistake(Kind.TOO_MANY_LINES, count=2001, limit=2000)]),
        ("- [ ] a\n" * 51, [mistake(Kind.TOO_MANY_TASKS, count=51, limit=50)]),
        ("- []\n- [] b", [near(1, "[]"), near(2, "[] b")]),
        ("- [ ]x\n- [x]done", [near(1, "[ ]x"), near(2, "[x]done")]),
        ("- [ ] a\n-[ ] b", [near(2, "-[ ] b")]),
        ("1.[ ] a\n\n*[x] b\n\n2)[ ]", [near(1, "1.[ ] a"), near(3, "*[x] b"), near(5, "2)[ ]")]),
        (
            "- [  ] a\n- [x ] b\n- [ x ] c",
            [near(1, "[  ] a"), near(2, "[x ] b"), near(3, "[ x ] c")],
        ),
        ("- []a\n\n-[ ]b\n\n-[]c", [near(1, "[]a"), near(3, "-[ ]b"), near(5, "-[]c")]),
        ("- [✓] a\n- [-] b", [near(1, "[✓] a"), near(2, "[-] b")]),
        ("- [ ] a\n[ ] b", [near(2, "[ ] b")]),
        (
            "• [ ] a\n– [x] b\na) [ ] c",
            [near(1, "• [ ] a"), near(2, "– [x] b"), near(3, "a) [ ] c")],
        ),
        ("Then\n2. [ ] a", [near(2, "2. [ ] a")]),
        ("- [x](https://x.y)\n- [x]: y\n- [ ][a]\n- [link]\n- \\[ ]x", []),
        ("- [x], [y]\n- *[x]* and **[x]** too\n\n[x] is done\n\n[ ](x)", []),
        ("```\n-[ ] a\n```\n> -[ ] b", []),
        ("- [ ] <your task>", [mistake(Kind.PLACEHOLDER, line=1, quote="<your task>")]),
        ("- [ ] **<your task>**", [mistake(Kind.PLACEHOLDER, line=1, quote="<your task>")]),
        ("- [ ] \\<your task\\>.", [mistake(Kind.PLACEHOLDER, line=1, quote="<your task>")]),
        ("- [ ] &lt;your task&gt;", [mistake(Kind.PLACEHOLDER, line=1, quote="<your task>")]),
        ("- [ ] <a> <b> <!-- c -->", [mistake(Kind.PLACEHOLDER, line=1, quote="<a> <b>")]),
        ("- [ ] <your\n  task>", [mistake(Kind.PLACEHOLDER, line=1, quote="<your task>")]),
        ("- [x] <done>\n- [ ] Add <b>\n- [ ] <a> and <b>", []),
        ("- [ ] <https://x.y/1>\n- [ ] <ada@x.y>\n- [ ] `<button>`", []),
        ("- [ ] a `modle: o3`\n  more", [attribute(1, "modle: o3", "model")]),
        ("- [ ] a `budgets: 4`", [attribute(1, "budgets: 4", "budget")]),
        ("- [ ] a `afer: 1` <!-- first -->\\\n  b", [attribute(1, "afer: 1", "after")]),
        ("- [ ] a `note: x`\n- [ ] b `after: 1` c\n- [x] d `after: 1`\n- [ ] e `x`", []),
    ],
)
def test_mistakes(body: str, mistakes: list[ChecklistMistake]) -> None:
    assert list(parse_checklist(body).mistakes) == mistakes


@pytest.mark.parametrize(
    ("body", "title", "nth", "ticked"),
    [
        ("- [ ] a\n- [ ] b\n", "b", 0, "- [ ] a\n- [x] b\n"),
        ("x\r\n\r\n1. [ ]  a  \r\n   more\r\n", "a more", 0, "x\r\n\r\n1. [x]  a  \r\n   more\r\n"),
        ("- [ ] a\n- [ ] b\n- [ ] a", "a", 1, "- [ ] a\n- [ ] b\n- [x] a"),
        ("- [x] a\n- [ ] a", "a", 0, "- [x] a\n- [ ] a"),
        ("- [X] a", "a", 0, "- [X] a"),
        ("- - [ ] [ ] a", "[ ] a", 0, "- - [x] [ ] a"),
        ("```\n- [ ] a\n```\n- [ ] a", "a", 0, "```\n- [ ] a\n```\n- [x] a"),
        ("- [ ] a", "a", 1, None),
        ("- [ ] a", "b", 0, None),
        ("a", "a", 0, None),
    ],
)
def test_tick(body: str, title: str, nth: int, ticked: str | None) -> None:
    assert tick(body, title, nth) == ticked


@pytest.mark.parametrize(
    ("body", "after", "nth", "added"),
    [
        ("", None, 0, "- [ ] new"),
        ("text", None, 0, "text\n- [ ] new"),
        ("text\r\nmore\r\n", None, 0, "text\r\nmore\r\n- [ ] new\r\n"),
        ("- [ ] a\n- [ ] b\n", "a", 0, "- [ ] a\n- [ ] new\n- [ ] b\n"),
        ("- [ ] a\n- [ ] b\n", None, 0, "- [ ] a\n- [ ] b\n- [ ] new\n"),
        ("- [ ] a\n- [ ] b", "gone", 0, "- [ ] a\n- [ ] b\n- [ ] new"),
        ("- [ ] a\n- [x] a\n- [ ] b", "a", 1, "- [ ] a\n- [x] a\n- [ ] new\n- [ ] b"),
        ("* [x] a\n\n  more\n\nBye\n", "a", 0, "* [x] a\n\n  more\n* [ ] new\n\nBye\n"),
        ("  + [ ] a\r\n    - x\r\n", "a", 0, "  + [ ] a\r\n    - x\r\n  + [ ] new\r\n"),
        ("9) [ ]  a", "a", 0, "9) [ ]  a\n10) [ ] new"),
        ("- - [ ] a\n  - [ ] b", "a", 0, "- - [ ] a\n  - [ ] new\n  - [ ] b"),
        ("-\n  [ ] a", "a", 0, "-\n  [ ] a\n- [ ] new"),
        ("- plain\n  - [ ] a\n- plain", "a", 0, "- plain\n  - [ ] a\n  - [ ] new\n- plain"),
        ("- [ ] a\nlazy\n\nBye", "a", 0, "- [ ] a\nlazy\n- [ ] new\n\nBye"),
        ("- [ ] a\n  ```\n  x\n  ```\nBye", "a", 0, "- [ ] a\n  ```\n  x\n  ```\n- [ ] new\n\nBye"),
        ("<details>\n</details>", None, 0, "<details>\n</details>\n\n- [ ] new"),
        ("```\ncode", None, 0, None),
        ("<!-- never closed", None, 0, None),
        ("- [ ] a\n" * MAX_TASKS, None, 0, None),
    ],
)
def test_a_line_is_added(body: str, after: str | None, nth: int, added: str | None) -> None:
    assert add_line(body, "new", after, nth) == added


@pytest.mark.parametrize("title", ["", "two  spaces", "two\nlines", "<!-- x -->", "x" * 201])
def test_a_title_that_would_be_read_otherwise_is_not_added(title: str) -> None:
    assert add_line("- [ ] a\n", title) is None


_PIECES = [
    "- [ ] ",
    "1. [x] ",
    "* ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "> ",
    "```",
    "<!--",
    "-->",
    "a",
    "[",
    "\x0c",
    "\u2028",
]
_BODIES = st.text() | st.lists(st.sampled_from(_PIECES)).map("".join)


@given(_BODIES)
def test_any_body_can_be_read(body: str) -> None:
    checklist = parse_checklist(body)
    lines = [item.line for item in checklist.items]
    assert lines == sorted(set(lines))
    assert all("\n" not in item.title for item in checklist.items)


@given(_BODIES.map("- [ ] a\n{}".format), st.data())
def test_a_tick_changes_one_character(body: str, data: st.DataObject) -> None:
    items = parse_checklist(body).items
    index = data.draw(st.integers(0, len(items) - 1))
    nth = sum(item.title == items[index].title for item in items[:index])
    ticked = tick(body, items[index].title, nth)
    assert ticked is not None
    changed = [(old, new) for old, new in zip(body, ticked, strict=True) if old != new]
    assert len(changed) == (not items[index].done)
    assert {new for _, new in changed} <= {"x"}
    after = parse_checklist(ticked).items
    assert [item.done for item in after] == [
        item.done or i == index for i, item in enumerate(items)
    ]


@given(_BODIES.map("{}\n- [ ] a\n".format) | _BODIES, st.sampled_from(["a", "b", None]))
def test_adding_a_line_changes_nothing_else(body: str, after: str | None) -> None:
    items = parse_checklist(body).items
    made = add_line(body, "new", after)
    if made is None:
        return
    begin = next(
        (at for at, (old, new) in enumerate(zip(body, made, strict=False)) if old != new), len(body)
    )
    grown = len(made) - len(body)
    # What was put in may begin or end as its surroundings do.
    assert any(
        made[:at] + made[at + grown :] == body and made[at : at + grown].strip().endswith("] new")
        for at in range(begin + 1)
    )
    titles = [item.title for item in items]
    index = titles.index(after) if after in titles else len(titles) - 1
    assert [item.title for item in parse_checklist(made).items] == [
        *titles[: index + 1],
        "new",
        *titles[index + 1 :],
    ]


@pytest.mark.parametrize(
    "piece", ["- [ ] a\n", "- ", "- [ ] ", "[", "> - [ ] ", "  - [ ] a\n", "<!--", "1. ", "|-"]
)
def test_long_hostile_bodies_are_read_fast(piece: str) -> None:
    body = (piece * 65_536)[:65_536]
    began = time.process_time()
    parse_checklist(body)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("body", "nested"),
    [
        ("- [ ] a\n- [x] b\n", 0),
        ("- [ ] Phase 1\n  - [ ] b\n    - [x] c\n- [ ] Phase 2\n  1. [ ] d\n", 3),
        ("- Phase 1\n  - [ ] b\n  - [ ] c\n", 0),
        ("- [ ] ~~Phase 1~~\n  - [ ] b\n", 0),
        ("- [ ] a\n  - b\n\n          - [ ] code\n", 0),
        ("- [ ] a\n\n## DoD\n\n- [ ] b\n  - [ ] c\n", 0),
    ],
)
def test_boxes_under_a_box_are_part_of_its_task(body: str, nested: int) -> None:
    assert parse_checklist(body).nested == nested
