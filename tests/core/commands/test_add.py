import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import Add, CommandMistake, parse_line
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
        ("Serve `/price` `after: 1`", Add("Serve `/price` `after: 1`")),
        ("#12", Add("#12")),
        ("a <!-- b --> c", Add("a c")),
        ("x" * 200, Add("x" * 200)),
    ],
)
def test_right_lines(words: str, command: Add) -> None:
    assert parse_line(f"/orchestra add {words}") == command


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "add needs the new task's title."),
        ("after 2", "add needs the new task's title."),
        ('"" after 2', "add needs the new task's title."),
        ("<!-- nothing -->", "add needs the new task's title."),
        ("\u200b", "add needs the new task's title."),
        ("x" * 201, "The title has 201 characters; up to 200 are taken."),
        ("x " * 32_000, "The title has 63,999 characters; up to 200 are taken."),
        ("Write after 0", "“0” is not a task's number (1 to 9999)."),
        ("Write after 10000", "“10000” is not a task's number (1 to 9999)."),
    ],
)
def test_wrong_lines(words: str, message: str) -> None:
    mistake = CommandMistake(message, None, "add TITLE [after N]")
    assert parse_line(f"/orchestra add {words}") == mistake


@given(st.text(st.sampled_from("`\"'#[]<>!-—\\:1. a\u200d") | st.characters(), max_size=30))
def test_a_checklist_reads_the_title_as_it_is(text: str) -> None:
    command = parse_line(f"/orchestra add {text}")
    if isinstance(command, Add):
        [item] = parse_checklist(f"- [ ] {command.title}").items
        assert item.title == command.title
