import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands.add import Add
from bot.core.commands.parsing import parse_line
from bot.core.model.options import TaskOptions
from bot.core.model.refusals import Refusal
from bot.core.model.refusals import RefusalKind as Kind
from bot.core.text.attributes import written
from bot.core.text.checklist import parse_checklist


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("Write the docs", Add("Write the docs")),
        ("  Write \t the   docs ", Add("Write the docs")),
        ("Write the docs after 2", Add("Write the docs", 2)),
        ("Write the docs AFTER 9999", Add("Write the docs", 9999)),
        ("Look after 2 after 3", Add("Look after 2", 3)),
        ("Look after", Add("Look after")),
        ("Look after it", Add("Look after it")),
        ("Look after #2", Add("Look after #2")),
        ("Write the docs after task 2", Add("Write the docs", 2)),
        ("Write the docs after task #2.", Add("Write the docs", 2)),
        ("Write the docs after 2.", Add("Write the docs", 2)),
        ("after 2 go home", Add("after 2 go home")),
        ('"Write the docs"', Add("Write the docs")),
        ('"Write the docs" after 2', Add("Write the docs", 2)),
        ('"Tidy up after 2024"', Add("Tidy up after 2024")),
        ("“Write the docs” after 2", Add("Write the docs", 2)),
        ("'Write the docs'", Add("Write the docs")),
        ('" Write "', Add("Write")),
        ('Say "hello"', Add('Say "hello"')),
        ('"yes" and "no"', Add('"yes" and "no"')),
        ('"', Add('"')),
        ("Serve `/price` `after: 1`", Add("Serve `/price`", options=TaskOptions(after=(1,)))),
        ("Serve `model: o3` after 2", Add("Serve", 2, TaskOptions(model="o3"))),
        ("Serve after 2 `model: o3`", Add("Serve", 2, TaskOptions(model="o3"))),
        ('"Serve" `retries: 1`', Add("Serve", options=TaskOptions(retries=1))),
        ('"Serve `retries: 1`"', Add("Serve", options=TaskOptions(retries=1))),
        ("Serve `color: red`", Add("Serve `color: red`")),
        ("#12", Add("#12")),
        ("a <!-- b --> c", Add("a c")),
        ("x" * 200, Add("x" * 200)),
    ],
)
def test_right_lines(words: str, command: Add) -> None:
    assert parse_line(f"/orchestra add {words}") == command


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        *(
            (words, Refusal(kind=Kind.NO_TITLE, usage=Add.usage))
            for words in ("", "after 2", '"" after 2', "<!-- nothing -->", "\u200b")
        ),
        *(
            (words, Refusal(kind=Kind.TITLE_TOO_LONG, count=count, limit=200, usage=Add.usage))
            for words, count in (("x" * 201, 201), ("x " * 32_000, 63_999))
        ),
        *(
            (
                f"Write after {number}",
                Refusal(kind=Kind.NOT_A_TASK_NUMBER, word=number, limit=9999, usage=Add.usage),
            )
            for number in ("0", "10000")
        ),
    ],
)
def test_wrong_lines(words: str, refusal: Refusal) -> None:
    assert parse_line(f"/orchestra add {words}") == refusal


@pytest.mark.parametrize(
    "words", ["Serve `afer: 1`", "Serve `retries: x`", "Serve `budget: ` after 2"]
)
def test_wrong_attributes(words: str) -> None:
    refusal = parse_line(f"/orchestra add {words}")
    assert isinstance(refusal, Refusal)
    assert refusal.kind is Kind.WRONG_ATTRIBUTES
    assert refusal.mistakes


@given(st.text(st.sampled_from("`\"'#[]<>!-—\\:1. a\u200d") | st.characters(), max_size=30))
def test_a_checklist_reads_the_title_as_it_is(text: str) -> None:
    command = parse_line(f"/orchestra add {text}")
    if isinstance(command, Add):
        [item] = parse_checklist(f"- [ ] {written(command.title, command.options)}").items
        assert (item.title, item.options) == (command.title, command.options)
