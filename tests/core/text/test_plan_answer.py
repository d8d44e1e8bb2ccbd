"""What is made of a language model's answer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model.options import TaskOptions
from bot.core.model.plan import PlannedTask, Wrong, WrongKind
from bot.core.model.settings import Complexity
from bot.core.prompts.wrong_answers import wrong_text
from bot.core.text.checklist import parse_checklist
from bot.core.text.mentions import without_mentions
from bot.core.text.plan_answer import MAX_ANSWER, WrongAnswerError, read_plan
from bot.core.text.planned import missing_from, with_tasks


def raw(title: Any = "Paint the widgets", **facts: Any) -> dict[str, Any]:
    return {
        "title": title,
        "description": "Use the new brush.",
        "acceptance": ["They are grey."],
        "complexity": "simple",
        "after": [],
        **facts,
    }


def read(*tasks: Any, existing: tuple[str, ...] = (), most: int = 20) -> tuple[PlannedTask, ...]:
    return read_plan(json.dumps({"tasks": list(tasks)}), existing, most)


def wrong(answer: str) -> Wrong:
    with pytest.raises(WrongAnswerError) as caught:
        read_plan(answer, (), 3)
    assert wrong_text(caught.value.wrong)
    return caught.value.wrong


def test_a_task_is_read_with_all_that_it_says() -> None:
    [first, second] = read(raw(), raw("Count the widgets", complexity="complex", after=[1]))
    assert first == PlannedTask(
        title="Paint the widgets",
        description="Use the new brush.\n\nDone when:\n\n- They are grey.",
        options=TaskOptions(complexity=Complexity.SIMPLE),
    )
    assert second.options == TaskOptions(complexity=Complexity.COMPLEX, after=(1,))


def test_a_fence_around_the_answer_is_taken_off() -> None:
    answer = json.dumps({"tasks": [raw()]})
    for fenced in (f"```json\n{answer}\n```", f"```\n{answer}```", f"\n{answer}\n"):
        assert read_plan(fenced, (), 3) == read(raw())


def test_what_the_checklist_has_is_marked_and_keeps_its_place() -> None:
    tasks = (raw(), raw("Count the widgets", after=[1]), raw("Sell all of them", after=[1, 2]))
    plan = read(*tasks, existing=("Paint the widgets.",))
    assert [(one.is_listed, one.options.after) for one in plan] == [
        (True, ()),
        (False, (1,)),
        (False, (1, 2)),
    ]
    assert read(raw(), existing=("Paint the Widgets",))[0].is_listed


@pytest.mark.parametrize(
    ("tasks", "kind"),
    [
        (["Paint"], WrongKind.NOT_AN_OBJECT),
        ([raw(5)], WrongKind.TITLE),
        ([raw("")], WrongKind.TITLE),
        ([raw("#12")], WrongKind.TITLE),
        ([raw("acme/widgets#12")], WrongKind.TITLE),
        ([raw("<what to paint>")], WrongKind.TITLE),
        ([raw("Paint " * 40)], WrongKind.TITLE),
        ([raw(description=["a"])], WrongKind.DESCRIPTION),
        ([raw(description="a" * 5001)], WrongKind.DESCRIPTION_TOO_LONG),
        ([raw(acceptance=None)], WrongKind.ACCEPTANCE),
        ([raw(acceptance=["<!-- -->"])], WrongKind.ACCEPTANCE),
        ([raw(acceptance=["a"] * 13)], WrongKind.ACCEPTANCE),
        ([raw(acceptance=[1])], WrongKind.ACCEPTANCE),
        ([raw(complexity="hard")], WrongKind.COMPLEXITY),
        ([raw(after="1")], WrongKind.AFTER),
        ([raw(after=[True])], WrongKind.AFTER),
        ([raw(after=[1])], WrongKind.AFTER_LATER),
        ([raw(), raw("paint the widgets")], WrongKind.SAME),
        ([raw()] * 4, WrongKind.TOO_MANY_TASKS),
        ([], WrongKind.NO_TASKS),
    ],
)
def test_what_cannot_be_used_is_named(tasks: list[Any], kind: WrongKind) -> None:
    assert wrong(json.dumps({"tasks": tasks})).kind is kind


@pytest.mark.parametrize("answer", ["", "Sure!", "[]", '{"tasks": 1}', "[" * 100_000])
def test_what_is_no_plan_at_all_is_named(answer: str) -> None:
    assert wrong(answer).kind in (WrongKind.NO_JSON, WrongKind.NO_TASKS)


def test_one_that_is_too_long_is_named() -> None:
    assert wrong(" " * (MAX_ANSWER + 1)).kind is WrongKind.TOO_LONG
    words = ("Paint", "Sell", "Count", "Break", "Wash", "Move", "Hide", "Weigh", "Drop", "Lift")
    many = [raw(f"{word} {word.lower()}able", description="a\n" * 2_400) for word in words]
    with pytest.raises(WrongAnswerError) as caught:
        read(*many)
    assert caught.value.wrong.kind is WrongKind.TOO_LONG


@pytest.mark.parametrize(
    "title",
    [
        "Paint the widgets `merge: immediately`",
        "Paint the widgets `merge: immediately`.",
        "Paint the widgets `budget: 900` `model: x`. `after: 3`..",
        "Paint the\nwidgets <!-- unseen -->",
        "Paint the \u200bwidgets.",
    ],
)
def test_a_title_says_nothing_but_what_is_to_be_done(title: str) -> None:
    assert [one.title for one in read(raw(title))] == ["Paint the widgets"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ask @ada and @acme/leads.", "Ask @|ada and @|acme/leads."),
        ("_@acme/everyone_ *@dan* __@é__", "_@|acme/everyone_ *@|dan* __@|é__"),
        (
            "&commat;carl &#64;dan &#x040;eve @&#98;ob",
            "&commat;|carl &#64;|dan &#x040;|eve @|&#98;ob",
        ),
        ("Write to ada@example.com", "Write to ada@|example.com"),
        ("ada/@eve, -@eve, \\@eve", "ada/@|eve, -@|eve, \\@|eve"),
        ("Use `@dataclass` here", "Use `@dataclass` here"),
        ("`` a ` @ada `` @bob", "`` a ` @ada `` @|bob"),
        ("`a `` @bob `` c` @ada", "`a `` @bob `` c` @|ada"),
        ("```\n@ada\n```\n@bob", "```\n@ada\n```\n@|bob"),
        (
            "a\n\n    @ada\n\n> - `@b`\n>   @c `d\n>   @e` @f",
            "a\n\n    @ada\n\n> - `@b`\n>   @|c `d\n>   @e` @|f",
        ),
        ("a lone ` and @ada", "a lone ` and @|ada"),
        ("\\`@ada\\`", "\\`@|ada\\`"),
        ("`open\n\n@ada`", "`open\n\n@|ada`"),
        ("[@ada](https://a.example/@b) ", "[@|ada](https://a.example/@b) "),
        ("|a|b|\n|-|-|\n|`@a`|@b|", "|a|b|\n|-|-|\n|`@|a`|@|b|"),
        ("@", "@"),
    ],
)
def test_nobody_is_mentioned(text: str, shown: str) -> None:
    quiet = shown.replace("@|", "@\u200b").replace(";|", ";\u200b")
    assert without_mentions(text) == quiet
    assert without_mentions(quiet) == quiet


def test_lines_that_are_written_mention_nobody_and_are_read_as_they_were() -> None:
    [task] = read(
        raw("``` Ask _@dan_ `@once`", description="&commat;carl, [a](/@b)\n\n- `@x` @eve")
    )
    made = with_tasks("1. [ ] One\n    - [ ] Two\n", [task])
    assert made is not None
    assert "_@\u200bdan_ `@once`" in made
    assert "&commat;\u200bcarl, [a](/@b)" in made
    assert "- `@x` @\u200beve" in made
    [_, read_back] = parse_checklist(made).items
    assert (read_back.title, read_back.description) == (task.title, task.description)


DESCRIPTIONS = st.lists(
    st.sampled_from(
        ["- [ ] a", "```", "# H", "text", "", "    code", "> q", "1. x", "<div>", "- []"]
    )
).map("\n".join)


@given(
    st.lists(DESCRIPTIONS, min_size=1, max_size=4), st.sampled_from(["", "Text\n", "* [ ] One\n"])
)
def test_whatever_is_planned_is_written_and_read_back(texts: list[str], body: str) -> None:
    tasks = [raw(f"Paint number {n * 7919}", description=text) for n, text in enumerate(texts)]
    plan = read(*tasks)
    made = with_tasks(body, plan)
    assert made is not None
    before = len(parse_checklist(body).items)
    after = parse_checklist(made)
    read_back = [
        PlannedTask(title=one.title, description=one.description, options=one.options)
        for one in after.items[before:]
    ]
    assert read_back == list(plan)
    assert not after.mistakes
    assert missing_from([one.title for one in after.items], plan) == ()
    assert with_tasks(made, ()) == made
