import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import (
    COMMANDS,
    Cancel,
    Command,
    CommandMistake,
    Help,
    Pause,
    Resume,
    Retry,
    Skip,
    Start,
    Status,
    nearest,
    parse_line,
)
from bot.core.commands.arguments import is_branch_name


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("start", Start()),
        ("START Base=release/1.2 model=o3", Start("release/1.2", "o3")),
        ("start base=`main`", Start("main")),
        ("pause", Pause()),
        ("pause After", Pause(after=True)),
        ("resume", Resume()),
        ("cancel", Cancel()),
        ("retry", Retry()),
        ("retry 12", Retry(12)),
        ("retry ALL", Retry("all")),
        ("skip", Skip()),
        ("skip 9999", Skip(9999)),
        ("status", Status()),
        ("help", Help()),
    ],
)
def test_right_lines(words: str, command: Command) -> None:
    assert parse_line(f"/orchestra {words}") == command


@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        ("", CommandMistake("/orchestra needs a command after it.", None, "help")),
        (
            "strat",
            CommandMistake("There is no command “strat”.", "start", "start [base=B] [model=M]"),
        ),
        ("walk", CommandMistake("There is no command “walk”.", None, "help")),
        ("x" * 90, CommandMistake(f"There is no command “{'x' * 59}…”.", None, "help")),
        (
            "start bse=dev",
            CommandMistake("start does not know “bse”.", "start base=dev", Start.usage),
        ),
        ("start now", CommandMistake("start does not know “now”.", None, Start.usage)),
        ("start base", CommandMistake("base needs a value, as in base=…", None, Start.usage)),
        ("start base=", CommandMistake("base needs a value, as in base=…", None, Start.usage)),
        ("start base=a base=b", CommandMistake("base is given twice.", None, Start.usage)),
        ("start base=a..b", CommandMistake("“a..b” cannot be a branch.", None, Start.usage)),
        ("start model=a;b", CommandMistake("“a;b” cannot be a model.", None, Start.usage)),
        (
            "pause later",
            CommandMistake("“later” does not belong after pause.", None, "pause [after]"),
        ),
        (
            "pause after all",
            CommandMistake("“all” does not belong after pause.", None, "pause [after]"),
        ),
        ("cancel 3", CommandMistake("“3” does not belong after cancel.", None, "cancel")),
        (
            "retry 0",
            CommandMistake(
                "“0” is neither “all” nor a task's number (1 to 9999).", None, "retry [N|all]"
            ),
        ),
        ("retry 1 2", CommandMistake("“2” does not belong after retry.", None, "retry [N|all]")),
        (
            "skip 10000",
            CommandMistake("“10000” is not a task's number (1 to 9999).", None, "skip [N]"),
        ),
        ("skip ٣", CommandMistake("“٣” is not a task's number (1 to 9999).", None, "skip [N]")),
        ("skip 1 2", CommandMistake("“2” does not belong after skip.", None, "skip [N]")),
    ],
)
def test_wrong_lines(words: str, mistake: CommandMistake) -> None:
    assert parse_line(f"/orchestra {words}") == mistake


@pytest.mark.parametrize(
    ("word", "verb"),
    [("resme", "resume"), ("CANCLE", "cancel"), ("stauts", "status"), ("stop", None), ("", None)],
)
def test_nearest(word: str, verb: str | None) -> None:
    assert nearest(word) == verb


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_shows_an_example_that_is_one(command: type[Command]) -> None:
    assert isinstance(parse_line(f"/orchestra {command.example}"), command)
    assert command.usage.split()[0] == command.verb
    assert "\n" not in command.summary


@pytest.mark.parametrize("name", ["main", "feature/x-1", "a.b", "épique", "a@b", "-".join("ab")])
def test_branch_names(name: str) -> None:
    assert is_branch_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "@",
        "HEAD",
        "-x",
        "/x",
        "x/",
        "a//b",
        "a..b",
        ".a",
        "a/.b",
        "a.lock",
        "a.lock/b",
        "a.",
        "a b",
        "a~b",
        "a^b",
        "a:b",
        "a?b",
        "a*b",
        "a[b",
        "a\\b",
        "a@{b",
        "a\x7fb",
        "x" * 245,
        "",
    ],
)
def test_names_that_git_refuses(name: str) -> None:
    assert not is_branch_name(name)


@given(
    st.text()
    | st.lists(st.sampled_from(["start", "retry", "base=", "=", "all", "1"])).map(" ".join)
)
def test_any_line_is_a_command_or_a_mistake(text: str) -> None:
    parsed = parse_line(f"/orchestra {text}")
    assert isinstance(parsed, (*COMMANDS, CommandMistake))
