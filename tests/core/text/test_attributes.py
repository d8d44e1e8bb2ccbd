from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model.mistakes import ChecklistMistakeKind as Kind
from bot.core.model.money import Micros
from bot.core.model.options import TaskOptions, TaskPriority
from bot.core.model.settings import Complexity, MergeWhen
from bot.core.text.attributes import ATTRIBUTES, read_attributes, written
from bot.core.text.checklist import parse_checklist
from bot.core.text.dependencies import dependency_mistakes, find_circle


@pytest.mark.parametrize(
    ("line", "text", "options"),
    [
        ("Turn left", "Turn left", {}),
        ("Turn left `after: 1`", "Turn left", {"after": (1,)}),
        ("Turn left `after: 3, #1`  ", "Turn left", {"after": (1, 3)}),
        ("Turn left `After:2` `MODEL: o3`", "Turn left", {"after": (2,), "model": "o3"}),
        ("Turn `priority: High`", "Turn", {"priority": TaskPriority.HIGH}),
        ("Turn `complexity: complex`", "Turn", {"complexity": Complexity.COMPLEX}),
        ("Turn `merge: manual`", "Turn", {"merge": MergeWhen.MANUAL}),
        ("Turn `retries: 0``budget: $2.50`", "Turn `retries: 0``budget: $2.50`", {}),
        (
            "Turn `retries: 0` `budget: $2.50`",
            "Turn",
            {"retries": 0, "budget": Micros(2_500_000)},
        ),
        # What is no attribute is text.
        ("Show `color: red`", "Show `color: red`", {}),
        ("Show `color: red`.", "Show `color: red`.", {}),
        ("Show `after: 1` `color: red`", "Show `color: red`", {"after": (1,)}),
        ("Show `color: red`, `after: 1`; `b.py`.", "Show `color: red`, `b.py`.", {"after": (1,)}),
        # What separates, encloses or ends them is passed over.
        ("Turn left. `after: 1`.", "Turn left.", {"after": (1,)}),
        (
            "Turn `after: 1`,`priority: high`",
            "Turn",
            {"after": (1,), "priority": TaskPriority.HIGH},
        ),
        ("Turn (`after: 1`; `retries: 2`)", "Turn", {"after": (1,), "retries": 2}),
        ("Turn (slowly `after: 1`).", "Turn (slowly)", {"after": (1,)}),
        ("Turn (see `a.py`) `after: 1`", "Turn (see `a.py`)", {"after": (1,)}),
        ("Explain `after: 1` here", "Explain `after: 1` here", {}),
        ("Run ``after: 1``", "Run ``after: 1``", {}),
        ("after: 1", "after: 1", {}),
    ],
)
def test_attributes_end_a_line(line: str, text: str, options: dict[str, Any]) -> None:
    found = read_attributes(line)
    assert (found.text, found.options, found.mistakes) == (text, TaskOptions(**options), ())


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("a `after: x`", Kind.ATTRIBUTE_VALUE),
        ("a `after:`", Kind.ATTRIBUTE_VALUE),
        ("a `after: 0`", Kind.ATTRIBUTE_VALUE),
        ("a `priority: urgent`", Kind.ATTRIBUTE_VALUE),
        ("a `model: a b`", Kind.ATTRIBUTE_VALUE),
        ("a `retries: 11`", Kind.ATTRIBUTE_VALUE),
        ("a `retries: \u0662`", Kind.ATTRIBUTE_VALUE),
        ("a `budget: -1`", Kind.ATTRIBUTE_VALUE),
        ("a `budget: cheap`", Kind.ATTRIBUTE_VALUE),
        ("a `afer: 1`", Kind.ATTRIBUTE),
        ("a `model: o3` `model: o4`", Kind.ATTRIBUTE_TWICE),
    ],
)
def test_a_wrong_attribute_is_named_with_its_line(line: str, kind: Kind) -> None:
    [mistake] = parse_checklist(f"\n- [ ] {line}\n").mistakes
    assert (mistake.kind, mistake.line) == (kind, 2)
    assert mistake.quote is not None
    assert f"`{mistake.quote}`" in line


def test_an_attribute_before_what_is_none_counts_and_is_checked() -> None:
    [item] = parse_checklist("- [ ] Turn `priority:high` `type: bug`\n").items
    assert (item.title, item.options.priority) == ("Turn `type: bug`", TaskPriority.HIGH)


@given(
    st.text("ab `.,;()", max_size=12).map(lambda end: f"Turn {end}".strip()),
    st.sampled_from([(), (1,), (2, 3)]),
)
def test_what_is_written_is_read_back(title: str, after: tuple[int, ...]) -> None:
    options = TaskOptions(after=after, retries=2 if after else None)
    if read_attributes(title).options == TaskOptions():
        found = read_attributes(written(title, options))
        assert (found.text, found.options) == (title, options)


def test_what_is_done_or_struck_out_may_have_any_attribute() -> None:
    assert parse_checklist("- [x] a `afer: 1`\n- [ ] ~~b `retries: no`~~\n").mistakes == ()


def test_attributes_are_no_part_of_title_and_description() -> None:
    [item] = parse_checklist("- [ ] Turn `retries: 1`\n  left\n\n  Slowly.\n").items
    assert (item.title, item.description) == ("Turn left", "Slowly.")
    assert item.options == TaskOptions(retries=1)


def test_an_attribute_that_the_page_does_not_show_says_nothing() -> None:
    [item] = parse_checklist("- [ ] Turn <!-- `merge: immediately` -->\n").items
    assert item.options == TaskOptions()


@pytest.mark.parametrize("key", ATTRIBUTES)
def test_every_attribute_is_documented(key: str) -> None:
    page = (Path(__file__).parents[3] / "docs/commands.md").read_text()
    assert f"| `` `{key}: " in page


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("- [ ] a\n- [ ] b `after: 1`\n", []),
        ("- [ ] a `after: 2`\n- [x] b\n", []),
        ("- [ ] a `after: 2,3`\n- [ ] b\n", [(Kind.UNKNOWN_TASK, 1, (3,))]),
        ("- [ ] a `after: 1`\n", [(Kind.CIRCLE, 1, (1,))]),
        ("- [ ] a\n- [ ] b `after: 3`\n- [ ] c `after: 2`\n", [(Kind.CIRCLE, 2, (2, 3))]),
        # Whatever a task that is done waited for came.
        ("- [x] a `after: 2`\n- [ ] b `after: 1`\n", []),
    ],
)
def test_wrong_orders(body: str, found: list[tuple[Kind, int, tuple[int, ...]]]) -> None:
    items = parse_checklist(body).items
    mistakes = dependency_mistakes(tuple(enumerate(items, 1)))
    assert [(one.kind, one.line, one.tasks) for one in mistakes] == found


def test_a_long_chain_is_no_circle_and_a_long_circle_is_found() -> None:
    chain = {number: (number + 1,) for number in range(1, 5_000)}
    assert find_circle(chain) is None
    assert find_circle({**chain, 5_000: (1,)}) == list(range(1, 5_001))


def test_many_ways_to_the_same_task_are_walked_once() -> None:
    layers = {number: tuple(range(number + 1, min(number + 30, 400))) for number in range(400)}
    assert find_circle(layers) is None
